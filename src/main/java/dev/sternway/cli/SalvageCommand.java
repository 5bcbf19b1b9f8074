package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists rows that a restore left behind, chooses some to bring back, or has that undone. */
@Command(
        name = "salvage",
        description = {
            "List the rows that only the failed database of an incident has, with conflicts.",
            "--apply asks for some to be brought back, --undo for the last salvage to be undone; another person approves in Tasklist."
        })
final class SalvageCommand extends ClientCommand {
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Parameters(paramLabel = "INCIDENT", description = "Id of the incident, e.g. INC-2026-0042.")
    private String incident;

    @Option(names = "--apply", paramLabel = "TABLE", arity = "1..*", description = "Tables to bring rows back of.")
    private List<String> tables;

    @Option(
            names = "--rows",
            paramLabel = "WHICH",
            description = "only-missing (default), or all: rows with other values get the failed database's.")
    private String rows;

    @Option(names = "--undo", description = "Have the last salvage undone.")
    private boolean undo;

    @Option(names = "--reason", description = "Why it is undone; kept in the evidence.")
    private String reason;

    @Option(
            names = "--timeout",
            defaultValue = "PT30M",
            description = "Longest wait for the list, e.g. PT5M (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Spec
    private CommandSpec spec;

    @Override
    int run(SternwayClient sternway, Output output) {
        String path = "/api/incidents/" + SternwayClient.part(incident) + "/salvage";
        if (undo && tables != null) {
            throw new ParameterException(spec.commandLine(), "--apply and --undo exclude each other.");
        }
        if (rows != null && tables == null) {
            throw new ParameterException(spec.commandLine(), "--rows belongs to --apply.");
        }
        if (undo) {
            if (reason == null) {
                throw new ParameterException(spec.commandLine(), "--undo needs --reason TEXT.");
            }
            confirm("Ask for the last salvage of " + incident + " to be undone?");
            return asked(sternway.post(path + "/undo", Map.of("reason", reason)), sternway, output);
        }
        if (tables != null) {
            confirm("Ask for rows of " + String.join(", ", tables) + " to be brought back?");
            return asked(
                    sternway.post(path, Map.of("tables", tables, "rows", rows == null ? "only-missing" : rows)),
                    sternway,
                    output);
        }
        return list(sternway, path, output);
    }

    private int asked(JsonNode answer, SternwayClient sternway, Output output) {
        if (output.forPrograms()) {
            output.json(answer);
        } else {
            output.line("Asked for. Another person approves it in Tasklist; follow it at " + sternway.address()
                    + "/incidents/" + incident);
        }
        return ExitCode.OK;
    }

    private int list(SternwayClient sternway, String path, Output output) {
        JsonNode status = sternway.get(path);
        String step = status.path("step").asText();
        if (step.equals("IDLE") || step.equals("CHOICE")) {
            sternway.post(path + "/look", Map.of());
            status = looked(sternway, path);
        }
        if (output.forPrograms()) {
            output.json(status);
        } else {
            print(status, output);
        }
        return ExitCode.OK;
    }

    private JsonNode looked(SternwayClient sternway, String path) {
        Instant deadline = Instant.now().plus(timeout);
        while (Instant.now().isBefore(deadline)) {
            JsonNode status = sternway.get(path);
            if (!status.path("step").asText().equals("LOOKING")) {
                return status;
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(ExitCode.REFUSED, "interrupted; the look goes on");
            }
        }
        throw new Failure(ExitCode.REFUSED, "rows are still looked for after " + timeout + "; that goes on");
    }

    private static void print(JsonNode status, Output output) {
        if (status.path("stores").isMissingNode() || status.path("stores").isNull()) {
            output.line("Nothing is kept that rows could be brought back from; the incident's page says why.");
        }
        for (JsonNode store : status.path("stores")) {
            output.line("store " + store.path("store").asText()
                    + (store.hasNonNull("obstacle")
                            ? ": " + store.path("obstacle").asText()
                            : ""));
            for (JsonNode table : store.path("tables")) {
                output.line("  " + line(table));
            }
        }
        for (JsonNode salvage : status.path("salvages")) {
            output.line("salvage " + salvage.path("id").asText() + " of "
                    + words(salvage.path("tables")) + ": "
                    + salvage.path("state").asText() + ", chosen by "
                    + salvage.path("chosenBy").asText() + ", "
                    + salvage.path("inserted").asText("0") + " inserted, "
                    + salvage.path("updated").asText("0") + " overwritten");
        }
        if (status.hasNonNull("note")) {
            output.line("last attempt: " + status.path("note").asText());
        }
        output.line("now: " + status.path("step").asText());
    }

    private static String line(JsonNode table) {
        String line =
                table.path("table").asText() + ": " + table.path("missing").asText() + " missing, "
                        + table.path("changed").asText() + " with other values";
        if (table.hasNonNull("obstacle")) {
            return line + "; not offered: " + table.path("obstacle").asText();
        }
        long conflicts = table.path("uniqueConflicts").asLong()
                + table.path("parentConflicts").asLong();
        return line
                + (conflicts > 0 ? "; " + conflicts + " in conflict, they stay out" : "")
                + (table.path("needs").isEmpty() ? "" : "; needs " + words(table.path("needs")) + " too")
                + (table.path("leftBehind").isEmpty() ? "" : "; without " + words(table.path("leftBehind")));
    }

    private static String words(JsonNode names) {
        List<String> all = new ArrayList<>();
        names.forEach(name -> all.add(name.asText()));
        return String.join(", ", all);
    }
}
