package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Records the release that runs and takes a backup set, before an upgrade; waits for both. */
@Command(
        name = "snapshot",
        description = "Before an upgrade: record the release that runs, and take a backup set. Waits for both.")
final class SnapshotCommand extends ClientCommand {

    private static final Duration PAUSE = Duration.ofMillis(500);

    @Parameters(paramLabel = "SYSTEM", description = "Id of the managed system.")
    private String system;

    @Option(names = "--version", required = true, description = "Version that runs now, as people call it.")
    private String version;

    @Option(
            names = "--timeout",
            defaultValue = "PT30M",
            description = "Longest wait, e.g. PT10M (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    int run(SternwayClient sternway, Output output) {
        String key = sternway.post(
                        "/api/systems/" + SternwayClient.part(system) + "/snapshots", Map.of("version", version))
                .path("businessKey")
                .asText();
        if (!output.forPrograms()) {
            output.line("Snapshot '" + key + "' of " + system + " " + version + " is being taken …");
        }
        JsonNode snapshot = ended(sternway, key);
        boolean done = snapshot.path("state").asText().equals("DONE");
        if (output.forPrograms()) {
            output.json(snapshot);
        } else if (done) {
            output.line("Release '" + snapshot.path("releaseId").asText("-") + "' recorded, backup set '"
                    + snapshot.path("backupId").asText("-") + "' taken.");
            parts(snapshot, output);
        }
        if (!done) {
            throw new Failure(
                    ExitCode.REFUSED,
                    "snapshot failed: " + snapshot.path("message").asText("no reason given"));
        }
        return ExitCode.OK;
    }

    /** The five parts, and what is to be done about those that are missing. */
    private static void parts(JsonNode snapshot, Output output) {
        if (snapshot.path("parts").isEmpty()) {
            return;
        }
        for (JsonNode part : snapshot.path("parts")) {
            String state = part.path("state").asText().toLowerCase(Locale.ROOT).replace('_', ' ');
            output.line("  %-13s %s: %s"
                    .formatted(
                            part.path("part").asText(),
                            state,
                            part.path("detail").asText()));
            if (part.hasNonNull("remedy")) {
                output.line("HINT: " + part.path("remedy").asText());
            }
        }
        output.line(
                snapshot.path("rollbackReady").asBoolean()
                        ? "Rollback-ready."
                        : "NOT ROLLBACK-READY: upgrade only when what is missing may stay missing.");
    }

    private JsonNode ended(SternwayClient sternway, String key) {
        Instant deadline = Instant.now().plus(timeout);
        while (Instant.now().isBefore(deadline)) {
            JsonNode snapshot = sternway.get("/api/snapshots/" + SternwayClient.part(key));
            if (!snapshot.path("state").asText().equals("RUNNING")) {
                return snapshot;
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(ExitCode.REFUSED, "interrupted; the snapshot goes on");
            }
        }
        throw new Failure(ExitCode.REFUSED, "snapshot '" + key + "' still runs after " + timeout + "; it goes on");
    }
}
