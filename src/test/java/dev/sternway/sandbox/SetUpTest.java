package dev.sternway.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The set-up script where it must not change anything. */
class SetUpTest {
    private record Ended(int code, String said) {}

    private static Ended setUp(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/bash", "src/sandbox/setup.sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("CI");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), said);
    }

    @Test
    void unknownPartIsWrongUsage() throws Exception {
        Ended ended = setUp(Map.of(), "kubernetes");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.said()).contains("setup.sh [--yes] PART...", "postgresql");
    }

    @Test
    void engineThatTheUserNamedIsNeverReplaced() throws Exception {
        Ended ended = setUp(Map.of("DOCKER_HOST", "tcp://127.0.0.1:1"), "docker");
        assertThat(ended.code()).isEqualTo(4);
        assertThat(ended.said())
                .contains("no Docker engine answers at DOCKER_HOST='tcp://127.0.0.1:1'", "HINT: start it")
                .doesNotContain("Installing");
    }

    @Test
    void nothingIsInstalledWhenThereIsNobodyToAsk(@TempDir Path tools) throws Exception {
        program(tools.resolve("apt-get"), "exit 1");
        Ended ended = setUp(Map.of("PATH", onlyIn(tools)), "browser");
        assertThat(ended.code()).isEqualTo(4);
        assertThat(ended.said())
                .contains("Missing: chromium", "nobody to ask whether to install: chromium", "run it again with --yes")
                .doesNotContain("Installing");
    }

    @Test
    void machineWithoutAptIsToldWhatItNeeds(@TempDir Path tools) throws Exception {
        Ended ended = setUp(Map.of("PATH", onlyIn(tools)), "--yes", "browser", "monitoring");
        assertThat(ended.code()).isEqualTo(4);
        assertThat(ended.said())
                .contains("has no apt: chromium fonts-dejavu-core prometheus prometheus-alertmanager", "HINT: install");
    }

    /** A path that has the shell's everyday programs and nothing else. */
    private static String onlyIn(Path tools) throws IOException {
        for (String tool : List.of("mktemp", "rm", "id", "grep", "sed", "tail")) {
            program(tools.resolve(tool), "PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
        }
        return tools.toString();
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
