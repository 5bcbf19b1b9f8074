package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The decision tables: which there are, others in their place, and what others would have decided. */
@Command(
        name = "decide",
        description = "List the decision tables, deploy edited ones, or see what edited ones would decide.",
        footer = {
            "",
            "DIR holds edited tables, *.dmn; a single file is taken too. --deploy takes 'processes' when none is named,",
            "--replay the tables that are deployed. docs/decisions.md tells what the tables say, and how cases are written.",
            "--replay exits 0 when no decision would change, 1 when one would."
        })
final class DecideCommand extends ClientCommand {
    private static final List<String> SHOWN =
            List.of("severity", "action", "scope", "level", "decideWithin", "response", "approverGroups");

    @ArgGroup(multiplicity = "1")
    private Mode mode;

    @Option(names = "--cases", paramLabel = "FILE", description = "With --replay: a file of cases in YAML or JSON.")
    private Path cases;

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "Directory with edited tables, or one table.")
    private Path directory;

    /** What is asked for, exactly one. */
    static final class Mode {
        @Option(names = "--list", description = "Every table with its version, who deployed it, and its rules.")
        private boolean list;

        @Option(names = "--deploy", description = "Deploy the tables in DIR; the next decision is made with them.")
        private boolean deploy;

        @Option(
                names = "--replay",
                description = "Decide past incidents and cases again with the tables in DIR; nothing is deployed.")
        private boolean replay;
    }

    @Override
    int run(SternwayClient sternway, Output output) {
        if (cases != null && !mode.replay) {
            throw new Failure(ExitCode.USAGE, "--cases: goes with --replay only");
        }
        if (mode.list) {
            return list(sternway, output);
        }
        return mode.deploy ? deploy(sternway, output) : replay(sternway, output);
    }

    private static int list(SternwayClient sternway, Output output) {
        JsonNode answer = sternway.get("/api/decisions/tables");
        if (output.forPrograms()) {
            output.json(answer);
            return ExitCode.OK;
        }
        output.table(answer.path("tables"), "id", "version", "deployedBy", "deployedAt", "name");
        for (JsonNode table : answer.path("tables")) {
            output.line("");
            output.line(table.path("id").asText());
            for (JsonNode rule : table.path("rules")) {
                output.line(String.format(
                        "  %-26s %s%s",
                        rule.path("rule").asText(),
                        rule.path("reason").asText(),
                        rule.path("switchedOff").asBoolean() ? "  [switched off]" : ""));
            }
        }
        output.line("");
        output.line("switched off by sternway.decision.disabled-rules: "
                + (answer.path("disabledRules").isEmpty()
                        ? "none"
                        : String.join(", ", texts(answer.path("disabledRules")))));
        return ExitCode.OK;
    }

    private int deploy(SternwayClient sternway, Output output) {
        Map<String, String> tables = tables(directory == null ? Path.of("processes") : directory);
        confirm("Deploy " + String.join(", ", tables.keySet()) + "? The next decision is made with them.");
        JsonNode answer = sternway.post("/api/decisions/tables", Map.of("tables", tables));
        if (output.forPrograms()) {
            output.json(answer);
        } else {
            answer.forEach(table -> output.line(String.format(
                    "%-20s version %s%s",
                    table.path("id").asText(),
                    table.path("version").asText(),
                    table.path("changed").asBoolean() ? "" : ", unchanged")));
        }
        return ExitCode.OK;
    }

    private int replay(SternwayClient sternway, Output output) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("tables", directory == null ? Map.of() : tables(directory));
        if (cases != null) {
            request.put("cases", text(cases));
        }
        JsonNode answer = sternway.post("/api/decisions/replay", request);
        JsonNode changes = answer.path("changes");
        if (output.forPrograms()) {
            output.json(answer);
        } else {
            changes.forEach(change -> change(change, output));
            output.line(answer.path("decisions").asText() + " decisions of "
                    + answer.path("incidents").asText() + " incidents and "
                    + answer.path("cases").asText() + " cases were decided again: "
                    + (changes.isEmpty() ? "none would change." : changes.size() + " would change."));
        }
        return changes.isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private static void change(JsonNode change, Output output) {
        output.line(change.path("of").asText()
                + (change.path("decidedAt").isNull()
                        ? ""
                        : " of " + change.path("decidedAt").asText()));
        output.line("  was     " + shown(change.path("before")));
        output.line("  would   " + shown(change.path("after")));
        List<String> before = texts(change.path("rulesBefore"));
        List<String> after = texts(change.path("rulesAfter"));
        List<String> gone =
                before.stream().filter(rule -> !after.contains(rule)).toList();
        List<String> come =
                after.stream().filter(rule -> !before.contains(rule)).toList();
        if (!gone.isEmpty() || !come.isEmpty()) {
            output.line("  rules   "
                    + String.join(
                            ", ",
                            Stream.concat(
                                            gone.stream().map(rule -> "-" + rule),
                                            come.stream().map(rule -> "+" + rule))
                                    .toList()));
        }
        output.line("  changed " + String.join(", ", texts(change.path("fields"))));
        output.line("");
    }

    private static String shown(JsonNode outcome) {
        return String.join(
                ", ",
                SHOWN.stream()
                        .filter(outcome::has)
                        .map(field -> field + " "
                                + (outcome.path(field).isNull()
                                        ? "none"
                                        : outcome.path(field).asText()))
                        .toList());
    }

    private static Map<String, String> tables(Path from) {
        Map<String, String> tables = new LinkedHashMap<>();
        for (Path file : files(from)) {
            try {
                tables.put(file.getFileName().toString(), Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            } catch (IOException e) {
                throw new Failure(ExitCode.USAGE, "'" + file + "' cannot be read");
            }
        }
        if (tables.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE, "'" + from + "' holds no table *.dmn\nHINT: name the directory of the tables.");
        }
        return tables;
    }

    private static List<Path> files(Path from) {
        if (Files.isRegularFile(from)) {
            return List.of(from);
        }
        try (Stream<Path> all = Files.list(from)) {
            return all.filter(file -> file.toString().endsWith(".dmn")).sorted().toList();
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "there is no directory '" + from + "'");
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "--cases: '" + file + "' cannot be read");
        }
    }

    private static List<String> texts(JsonNode list) {
        return Stream.iterate(0, i -> i < list.size(), i -> i + 1)
                .map(i -> list.get(i).asText())
                .toList();
    }
}
