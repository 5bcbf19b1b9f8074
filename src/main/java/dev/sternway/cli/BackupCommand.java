package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Backups: take, list, look at, read to the end, prove by a restore, discard, adopt. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Take, list, show, verify, prove, discard and adopt backups.",
        subcommands = {
            BackupCommand.CreateCommand.class,
            BackupCommand.ListCommand.class,
            BackupCommand.ShowCommand.class,
            BackupCommand.VerifyCommand.class,
            BackupCommand.ProveCommand.class,
            BackupCommand.DiscardCommand.class,
            BackupCommand.AdoptCommand.class
        })
final class BackupCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "backup: one of create, list, show, verify, prove, discard and adopt is missing.");
    }

    /** A command that begins something long and waits for its end. */
    abstract static class WaitingCommand extends ClientCommand {
        private static final Duration PAUSE = Duration.ofMillis(500);

        @Option(
                names = "--timeout",
                defaultValue = "PT2H",
                description = "Longest wait, e.g. PT10M (default: ${DEFAULT-VALUE}).")
        private Duration timeout;

        /** Begins it and gives the answer that has its key. */
        abstract JsonNode begin(SternwayClient sternway);

        /** What to say when it ended well. */
        abstract String done(JsonNode run);

        @Override
        final int run(SternwayClient sternway, Output output) {
            String key = begin(sternway).path("key").asText();
            JsonNode run = ended(sternway, key);
            if (output.forPrograms()) {
                output.json(run);
            }
            if (!run.path("state").asText().equals("DONE")) {
                String code = run.path("code").asText("");
                throw new Failure(
                        ExitCode.REFUSED,
                        (code.isEmpty() || code.equals("null") ? "" : code + ": ")
                                + run.path("message").asText("no reason given"));
            }
            if (!output.forPrograms()) {
                output.line(done(run));
            }
            return ExitCode.OK;
        }

        private JsonNode ended(SternwayClient sternway, String key) {
            Instant deadline = Instant.now().plus(timeout);
            while (Instant.now().isBefore(deadline)) {
                JsonNode run = sternway.get("/api/backups/runs/" + SternwayClient.part(key));
                if (!run.path("state").asText().equals("RUNNING")) {
                    return run;
                }
                try {
                    Thread.sleep(PAUSE.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new Failure(ExitCode.REFUSED, "interrupted; '" + key + "' goes on");
                }
            }
            throw new Failure(ExitCode.REFUSED, "'" + key + "' still runs after " + timeout + "; it goes on");
        }
    }

    /** Takes a backup of all stores, without recording a release. */
    @Command(name = "create", description = "Back up a system's stores now. Waits for the end.")
    static final class CreateCommand extends WaitingCommand {

        @Parameters(paramLabel = "SYSTEM", description = "Id of the managed system.")
        private String system;

        @Option(names = "--emergency", description = "Of a failed state: kept, and never offered as a source.")
        private boolean emergency;

        @Override
        JsonNode begin(SternwayClient sternway) {
            return sternway.post(
                    "/api/backups", Map.of("system", system, "kind", emergency ? "emergency" : "snapshot"));
        }

        @Override
        String done(JsonNode run) {
            return "Backup set '" + run.path("backupId").asText() + "' taken and read to its end.";
        }
    }

    /** All backups, newest first. */
    @Command(name = "list", description = "All backups, newest first, and what each is worth.")
    static final class ListCommand extends ClientCommand {

        @Parameters(paramLabel = "SYSTEM", arity = "0..1", description = "Only this system's.")
        private String system;

        @Option(names = "--last", paramLabel = "N", defaultValue = "0", description = "Only the newest N.")
        private int last;

        @Override
        int run(SternwayClient sternway, Output output) {
            String query = system == null ? "" : "&system=" + SternwayClient.part(system);
            JsonNode backups = sternway.get("/api/backups?last=" + last + query);
            if (output.forPrograms()) {
                output.json(backups);
            } else {
                output.table(backups, "id", "kind", "release", "dataUntil", "bytes", "rows", "source", "proved");
            }
            return ExitCode.OK;
        }
    }

    /** One backup. */
    @Command(name = "show", description = "All that is known of a backup.")
    static final class ShowCommand extends ClientCommand {

        @Parameters(paramLabel = "BACKUP", description = "Id of the backup set.")
        private String backup;

        @Override
        int run(SternwayClient sternway, Output output) {
            JsonNode answer = sternway.get("/api/backups/" + SternwayClient.part(backup));
            if (output.forPrograms()) {
                output.json(answer);
            } else {
                output.fields(answer.path("backup"));
                output.fields(answer);
                output.table(
                        answer.path("parts"),
                        "storeId",
                        "format",
                        "bytes",
                        "schemaVersion",
                        "serverVersion",
                        "snapshotAt",
                        "sha256");
                answer.path("trials")
                        .forEach(trial -> output.line("proved           "
                                + trial.path("storeId").asText() + ": loaded in "
                                + trial.path("load").asText() + ", looked at in "
                                + trial.path("check").asText() + ": "
                                + trial.path("findings").asText()));
            }
            return ExitCode.OK;
        }
    }

    /** Reads a backup to its end. */
    @Command(name = "verify", description = "Read a backup to its end: signature, checksums, content. Loads nothing.")
    static final class VerifyCommand extends WaitingCommand {

        @Parameters(paramLabel = "BACKUP", description = "Id of the backup set.")
        private String backup;

        @Override
        JsonNode begin(SternwayClient sternway) {
            return sternway.post("/api/backups/" + SternwayClient.part(backup) + "/verify", Map.of());
        }

        @Override
        String done(JsonNode run) {
            return "Backup '" + backup + "' is as it was written, to the last byte.";
        }
    }

    /** Restores a backup beside the live stores and throws the copy away. */
    @Command(name = "prove", description = "Restore a backup beside the live stores, look at it, throw the copy away.")
    static final class ProveCommand extends WaitingCommand {

        @Parameters(paramLabel = "BACKUP", description = "Id of the backup set.")
        private String backup;

        @Override
        JsonNode begin(SternwayClient sternway) {
            return sternway.post("/api/backups/" + SternwayClient.part(backup) + "/prove", Map.of());
        }

        @Override
        String done(JsonNode run) {
            return "Backup '" + backup + "' was restored beside, and is whole. The copy is gone.";
        }
    }

    /** Throws a backup away. */
    @Command(name = "discard", description = "Throw a backup away.")
    static final class DiscardCommand extends ClientCommand {

        @Parameters(paramLabel = "BACKUP", description = "Id of the backup set.")
        private String backup;

        @Option(names = "--reason", required = true, description = "Why; it is kept in the evidence.")
        private String reason;

        @Option(names = "--force", description = "Even if it is the newest one that was proved, or not finished.")
        private boolean force;

        @Override
        int run(SternwayClient sternway, Output output) {
            confirm("Throw backup " + backup + " away?");
            Map<String, Object> body = new HashMap<>(Map.of("reason", reason, "force", force));
            JsonNode answer = sternway.post("/api/backups/" + SternwayClient.part(backup) + "/discard", body);
            if (output.forPrograms()) {
                output.json(answer);
            } else {
                output.line("Backup '" + backup + "' is gone.");
            }
            return ExitCode.OK;
        }
    }

    /** Takes over a dump that was there before Sternway. */
    @Command(name = "adopt", description = "Make a backup set of a dump that another program wrote. Waits for the end.")
    static final class AdoptCommand extends WaitingCommand {

        @Parameters(paramLabel = "SYSTEM", description = "Id of the managed system.")
        private String system;

        @Parameters(paramLabel = "PATH", description = "Where it lies on Sternway's machine.")
        private String path;

        @Option(names = "--store", paramLabel = "STORE", description = "Whose dump it is (default: the only store).")
        private String store;

        @Option(
                names = "--taken-at",
                paramLabel = "TIME",
                description = "When it was taken, e.g. 2026-11-20T10:15:00Z (default: from its name, else its time).")
        private Instant takenAt;

        @Override
        JsonNode begin(SternwayClient sternway) {
            Map<String, Object> body = new HashMap<>(Map.of("system", system, "path", path));
            if (store != null) {
                body.put("store", store);
            }
            if (takenAt != null) {
                body.put("takenAt", takenAt.toString());
            }
            return sternway.post("/api/backups/adopt", body);
        }

        @Override
        String done(JsonNode run) {
            String id = run.path("backupId").asText();
            return "Adopted as backup set '" + id + "'. A restore offers it once it is proved: ./sternway backup prove "
                    + id;
        }
    }
}
