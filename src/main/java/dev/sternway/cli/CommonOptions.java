package dev.sternway.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that every command takes. */
final class CommonOptions {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of Sternway on this machine (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".sternway",
            description = "Directory for what Sternway keeps on disk (default: ${DEFAULT-VALUE}).")
    Path data;

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "Directory with application.yaml and systems/ (default: config).")
    Path config;

    @Option(names = "--json", description = "Answer in JSON, for programs.")
    boolean json;

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    private boolean help;

    Path dataDirectory() {
        return data.toAbsolutePath().normalize();
    }

    /** The named directory; else {@code config} here, else the one beside the launcher. */
    Path configDirectory() {
        if (config != null) {
            if (!Files.isDirectory(config)) {
                throw new Failure(ExitCode.USAGE, "--config: no directory '" + config + "'");
            }
            return config.toAbsolutePath().normalize();
        }
        Path here = Path.of("config").toAbsolutePath();
        String home = System.getenv("STERNWAY_HOME");
        return Files.isDirectory(here) || home == null ? here : Path.of(home, "config");
    }
}
