package dev.sternway.sandbox.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs Sternway's own commands as a person at a terminal does. */
final class CommandLine {

    /** What a command printed, and its exit code. */
    record Result(int exitCode, String output) {}

    private final Program program;
    private final URI sternway;
    private final String user;
    private final String password;

    CommandLine(Program program, URI sternway, String user, String password) {
        this.program = program;
        this.sternway = sternway;
        this.user = user;
        this.password = password;
    }

    Result run(String... words) {
        List<String> command = program.command(List.of("-XX:TieredStopAtLevel=1"), List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("STERNWAY_URL", sternway.toString());
        builder.environment().put("STERNWAY_USER", user);
        builder.environment().put("STERNWAY_PASSWORD", password);
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new IllegalStateException("'" + String.join(" ", words) + "' cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
