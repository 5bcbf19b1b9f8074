package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks for a rollback, by hand or from a pipeline; without a target it shows what there is to go back to. */
@Command(
        name = "rollback",
        description = {
            "Ask for a rollback; somebody else approves it in Tasklist.",
            "Without --to and --backup the last restore points are shown; on a terminal one can be chosen."
        })
final class RollbackCommand extends ClientCommand {
    private static final String MISSING = "RESTORE_POINT_MISSING";

    @Parameters(paramLabel = "SYSTEM", arity = "0..*", description = "Ids of managed systems.")
    private List<String> systems = new ArrayList<>();

    @Option(names = "--all", description = "Every system of the catalogue.")
    private boolean all;

    @Option(names = "--to", paramLabel = "RELEASE", description = "Release to go back to: its id or version.")
    private String release;

    @Option(names = "--backup", paramLabel = "ID", description = "Backup set to go back to.")
    private String backup;

    @Option(
            names = "--backup-base",
            paramLabel = "BASE",
            description = "For several systems: a time, the id of one of their backup sets, or 'latest'.")
    private String backupBase;

    @Option(names = "--level", description = "1 toggles, 2 release, 3 restore (default: 3 with a backup, else 2).")
    private Integer level;

    @Option(names = "--scope", description = "FULL, PARTIAL_SERVICE, DATABASE, CONFIGURATION or UI (default: FULL).")
    private String scope;

    @Option(names = "--service", description = "The service of scope PARTIAL_SERVICE.")
    private String service;

    @Option(
            names = "--restore-reason",
            description = "Why data alone goes back, with scope DATABASE: CORRUPTION, FAILED_MIGRATION,"
                    + " CONSTRAINT_VIOLATION or NO_OTHER_OPTION.")
    private String restoreReason;

    @Option(names = "--severity", description = "CRITICAL, MAJOR or MINOR: says who must approve.")
    private String severity;

    @Option(names = "--reason", required = true, description = "Why; it is kept in the incident's papers.")
    private String reason;

    @Option(
            names = "--key",
            description = "A retry with the same key begins nothing more, e.g. the number of the CI run.")
    private String key;

    @Spec
    private CommandSpec spec;

    @Override
    int run(SternwayClient sternway, Output output) {
        if (all == !systems.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "rollback: name a SYSTEM, several, or --all.");
        }
        try {
            return begun(ask(sternway), sternway, output);
        } catch (Failure refused) {
            if (!refused.answer().path("code").asText().equals(MISSING)) {
                throw withGates(refused);
            }
            return choose(refused, sternway, output);
        }
    }

    private JsonNode ask(SternwayClient sternway) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("systems", all ? "ALL" : String.join(",", systems));
        body.put("level", level == null ? null : level.toString());
        body.put("scope", scope);
        body.put("service", service);
        body.put("release", release);
        body.put("backup", backup);
        body.put("backupBase", backupBase);
        body.put("restoreReason", restoreReason);
        body.put("severity", severity);
        body.put("reason", reason);
        body.values().removeIf(Objects::isNull);
        String once = key == null ? UUID.randomUUID().toString() : key;
        return sternway.post(
                "/api/rollbacks",
                SternwayClient.JSON.valueToTree(body).toString().getBytes(StandardCharsets.UTF_8),
                Map.of("Idempotency-Key", once));
    }

    private static int begun(JsonNode answer, SternwayClient sternway, Output output) {
        if (output.forPrograms()) {
            output.json(answer);
            return ExitCode.OK;
        }
        String when = answer.path("repeated").asBoolean() ? " had begun before" : " begun";
        answer.path("incidents").properties().forEach(each -> {
            String incident = each.getValue().asText();
            output.line("Rollback of " + each.getKey() + when + " as " + incident + ": " + sternway.address()
                    + "/incidents/" + incident);
        });
        output.line("Somebody else approves it in Tasklist.");
        return ExitCode.OK;
    }

    /** Shows what there is to go back to; on a terminal the person says which. */
    private int choose(Failure refused, SternwayClient sternway, Output output) {
        JsonNode points = refused.answer().path("restorePoints");
        if (output.forPrograms()) {
            output.json(refused.answer());
            throw refused;
        }
        int number = 1;
        for (JsonNode point : points) {
            output.line(number++ + ". " + described(point));
        }
        if (points.isEmpty() || System.console() == null) {
            throw refused;
        }
        JsonNode chosen = points.path(chosenIndex(points.size()));
        if (chosen.path("kind").asText().equals("BACKUP")) {
            backup = chosen.path("id").asText();
        } else {
            release = chosen.path("id").asText();
        }
        try {
            return begun(ask(sternway), sternway, output);
        } catch (Failure again) {
            throw withGates(again);
        }
    }

    private static int chosenIndex(int count) {
        String answer = System.console().readLine("Back to which one [1-%d]? ", count);
        if (answer == null || !answer.strip().matches("[1-9]") || Integer.parseInt(answer.strip()) > count) {
            throw new Failure(ExitCode.REFUSED, "none was chosen, nothing was done");
        }
        return Integer.parseInt(answer.strip()) - 1;
    }

    private static String described(JsonNode point) {
        boolean data = point.path("kind").asText().equals("BACKUP");
        return (data ? "--backup " : "--to ") + point.path("id").asText()
                + (point.path("version").isTextual()
                        ? "  version " + point.path("version").asText()
                        : "")
                + "  " + point.path("takenAt").asText()
                + age(point.path("takenAt").asText()) + "  "
                + point.path("state").asText() + (point.path("usable").asBoolean() ? "" : "  (would be refused)");
    }

    private static String age(String takenAt) {
        try {
            long minutes =
                    Duration.between(Instant.parse(takenAt), Instant.now()).toMinutes();
            return minutes < 120
                    ? " (" + minutes + " min old)"
                    : " (" + (minutes < 2880 ? minutes / 60 + " h old)" : minutes / 1440 + " days old)");
        } catch (DateTimeParseException unknown) {
            return "";
        }
    }

    /** What the gates saw belongs to a refusal. */
    private static Failure withGates(Failure refused) {
        StringBuilder text = new StringBuilder(refused.getMessage());
        refused.answer()
                .path("gates")
                .forEach(gate -> text.append(System.lineSeparator())
                        .append(gate.path("green").asBoolean() ? "green  " : "red    ")
                        .append(gate.path("name").asText())
                        .append(": ")
                        .append(gate.path("seen").asText()));
        return new Failure(refused.exitCode(), text.toString(), refused.answer());
    }
}
