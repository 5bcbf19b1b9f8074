package dev.sternway.sandbox;

import dev.sternway.sandbox.demo.Story;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** Tells the story of one failed upgrade on the sandbox: {@code ./sternway demo}. */
public final class Demo {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private static FileLock lock;

    private Demo() {}

    public static void main(String[] args) {
        boolean handsFree = false;
        int port = 8080;
        Path data = Path.of(".sternway");
        List<String> words = Arrays.asList(args);
        for (int i = 0; i < words.size(); i++) {
            switch (words.get(i)) {
                case "--hands-free" -> handsFree = true;
                case "--yes" -> {}
                case "--port" -> port = port(next(words, i++));
                case "--data" -> data = Path.of(next(words, i++));
                case "--config" -> usage("--config is not taken: the demo writes a catalogue of its own for its shop");
                default -> usage("unknown option '" + words.get(i) + "'");
            }
        }
        beAlone();
        Story story = new Story(data.resolve("demo").toAbsolutePath().normalize(), port, handsFree);
        try (story) {
            boolean held = story.tell();
            story.close();
            System.exit(held ? 0 : FAILED);
        } catch (RuntimeException e) {
            if (!story.endedFromOutside()) {
                System.err.println("\nThe demo ended early: " + e.getMessage());
            }
            System.exit(FAILED);
        }
    }

    /** The shop's containers have fixed names: a second demo would take the first one's away. */
    private static void beAlone() {
        Path file = Path.of(
                System.getProperty("java.io.tmpdir"), "sternway-demo-" + System.getProperty("user.name") + ".lock");
        try {
            // Held until this process ends, however it ends.
            lock = FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
                    .tryLock();
        } catch (IOException e) {
            throw new UncheckedIOException("'" + file + "' cannot be locked", e);
        }
        if (lock == null) {
            System.err.println("demo: another demo runs on this machine, and both would use the same containers"
                    + "\nHINT: end that one first, with Ctrl-C in its terminal.");
            System.exit(FAILED);
        }
    }

    private static String next(List<String> words, int at) {
        if (at + 1 >= words.size()) {
            usage("option '" + words.get(at) + "' wants a value");
        }
        return words.get(at + 1);
    }

    private static int port(String word) {
        try {
            int port = Integer.parseInt(word);
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // as any other number that is none
        }
        usage("'" + word + "' is not a port");
        return 0;
    }

    private static void usage(String wrong) {
        System.err.println(
                "demo: " + wrong + "\nUsage: ./sternway demo [--hands-free] [--yes] [--port PORT] [--data DIR]");
        System.exit(WRONG_USAGE);
    }
}
