package dev.sternway.adapter.git;

import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import dev.sternway.port.WorkTrees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Runs {@code git}, by argument lists, without ever asking anybody for a password. */
@Component
class GitWorkTrees implements WorkTrees {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String NAME = "Sternway";
    private static final String MAIL = "sternway@localhost";

    /** What a command printed; both streams in one. */
    private record Ran(int exitCode, String output) {
        String line() {
            return output.strip().replaceAll("\\s*\\R\\s*", "; ");
        }
    }

    @Override
    public String tag(Path tree, String tag, String message, String push) {
        String commit = said(tree, "rev-parse", "--verify", "HEAD^{commit}");
        Ran there = run(tree, "rev-parse", "--verify", "--quiet", "refs/tags/" + tag + "^{commit}");
        if (there.exitCode() != 0) {
            said(tree, "tag", "--annotate", "--message", message, "--", tag, commit);
        } else if (!there.output().strip().equals(commit)) {
            throw new OutsideException("tag '" + tag + "' of '" + tree + "' is on another commit already");
        }
        if (push != null) {
            said(tree, "push", "--quiet", "--", push, "refs/tags/" + tag);
        }
        return commit;
    }

    @Override
    public boolean isChanged(Path tree) {
        return !said(tree, "status", "--porcelain", "--untracked-files=no").isEmpty();
    }

    private static String said(Path tree, String... arguments) {
        Ran ran = run(tree, arguments);
        if (ran.exitCode() != 0) {
            throw new OutsideException(
                    "git " + arguments[0] + " in '" + tree + "' ends with " + ran.exitCode() + ": " + ran.line());
        }
        return ran.output().strip();
    }

    private static Ran run(Path tree, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", tree.toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("sternway-git-", "");
            try {
                return run(command, output);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new OutsideException("git cannot be run: " + e.getMessage(), e);
        }
    }

    private static Ran run(List<String> command, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // Variables of a caller's own git would name another tree.
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        for (String who : List.of("AUTHOR", "COMMITTER")) {
            builder.environment().put("GIT_" + who + "_NAME", NAME);
            builder.environment().put("GIT_" + who + "_EMAIL", MAIL);
        }
        builder.redirectErrorStream(true);
        builder.redirectOutput(output.toFile());
        Process process = builder.start();
        try (InputStream none = InputStream.nullInputStream()) {
            none.transferTo(process.getOutputStream());
            process.getOutputStream().close();
            Duration time = TimeLimit.atMost(LIMIT);
            if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new OutsideException("'" + String.join(" ", command) + "' did not end within " + time);
            }
            return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException("git was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
