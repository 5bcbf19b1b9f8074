package dev.sternway.database;

import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How to run PostgreSQL, which refuses to run as root: through a user namespace where root is nobody, or else as another
 * user. A directory that another user owns already is always served as that user.
 */
final class Unprivileged {

    private static final int NOBODY = 65534;

    private Unprivileged() {}

    /** The words to put before a command that works on the directory; empty for everyone but root. */
    static List<String> prefix(Path directory) {
        if (uid(Path.of("/proc/self")) != 0) {
            return List.of();
        }
        int owner = uid(directory);
        if (owner == 0 && succeeds("unshare", "-U", "true")) {
            return List.of("unshare", "-U");
        }
        int user = owner == 0 ? NOBODY : owner;
        own(directory, user);
        return List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
    }

    private static int uid(Path path) {
        try {
            return (int) Files.getAttribute(path, "unix:uid");
        } catch (IOException e) {
            throw new OutsideException("owner of '" + path + "' cannot be read", e);
        }
    }

    private static void own(Path directory, int user) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setAttribute(file, "unix:uid", user, java.nio.file.LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw new OutsideException("'" + directory + "' cannot be given to user " + user, e);
        }
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
