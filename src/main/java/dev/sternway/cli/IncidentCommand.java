package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Incidents: which there are, how one stands, and another try for what failed. */
@Command(
        name = "incident",
        mixinStandardHelpOptions = true,
        description = "List incidents, show one, try its failed steps again, decide now, or break the glass.",
        subcommands = {
            IncidentCommand.ListCommand.class,
            IncidentCommand.ShowCommand.class,
            IncidentCommand.RetryCommand.class,
            IncidentCommand.DecideNowCommand.class,
            IncidentCommand.BreakGlassCommand.class
        })
final class IncidentCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "incident: 'list', 'show INCIDENT', 'retry INCIDENT', 'decide-now INCIDENT' or 'break-glass INCIDENT' is missing.");
    }

    /** All incidents, newest first. */
    @Command(name = "list", description = "All incidents, newest first.")
    static final class ListCommand extends ClientCommand {

        @Override
        int run(SternwayClient sternway, Output output) {
            JsonNode incidents = sternway.get("/api/incidents");
            if (output.forPrograms()) {
                output.json(incidents);
            } else {
                output.table(incidents, "id", "state", "severity", "systems", "openedAt", "title");
            }
            return ExitCode.OK;
        }
    }

    /** One incident, as far as plain fields tell. */
    @Command(name = "show", description = "How an incident stands.")
    static final class ShowCommand extends ClientCommand {

        @Parameters(paramLabel = "INCIDENT", description = "Id of the incident, e.g. INC-2026-0042.")
        private String incident;

        @Override
        int run(SternwayClient sternway, Output output) {
            JsonNode answer = sternway.get("/api/incidents/" + SternwayClient.part(incident));
            if (output.forPrograms()) {
                output.json(answer);
            } else {
                output.fields(answer);
                people(answer, output);
                output.line("page             " + sternway.address() + "/incidents/" + incident);
            }
            return ExitCode.OK;
        }
    }

    /** Who is asked, who was asked further, what holds, and which glass was broken. */
    private static void people(JsonNode answer, Output output) {
        answer.path("tasks")
                .forEach(task -> output.line("asked            "
                        + task.path("name").asText() + ": " + names(task.path("groups")) + " since "
                        + task.path("since").asText()
                        + (task.hasNonNull("dueAt")
                                ? ", due " + task.path("dueAt").asText()
                                : "") + ", taken by "
                        + task.path("assignee").asText("nobody")));
        JsonNode people = answer.path("people");
        people.path("passed")
                .forEach(each -> output.line("passed on        "
                        + each.path("at").asText() + " " + each.path("task").asText() + ": told "
                        + names(each.path("told"))
                        + (each.hasNonNull("added") ? ", " + each.path("added").asText() + " may decide" : "")));
        people.path("given")
                .forEach(each -> output.line("approval         "
                        + each.path("kind").asText() + " level "
                        + each.path("level").asText("?") + " by "
                        + each.path("user").asText() + " at " + each.path("at").asText() + ": "
                        + each.path("standing").asText()
                        + (each.hasNonNull("why") ? ", " + each.path("why").asText() : "")));
        people.path("glasses")
                .forEach(each -> output.line("GLASS BROKEN     "
                        + each.path("user").asText() + " for "
                        + each.path("task").asText() + ": "
                        + each.path("reason").asText() + "; "
                        + (each.hasNonNull("reviewedBy")
                                ? (each.path("justified").asBoolean() ? "justified" : "not justified") + " says "
                                        + each.path("reviewedBy").asText()
                                : "not reviewed yet")));
    }

    private static String names(JsonNode texts) {
        List<String> names = new ArrayList<>();
        texts.forEach(each -> names.add(each.asText()));
        return String.join(", ", names);
    }

    /** Opens the one task that the incident waits for to whoever asks. */
    @Command(
            name = "break-glass",
            description = "Decide the one task that waits although you are not of its groups; it is reviewed.")
    static final class BreakGlassCommand extends ClientCommand {

        @Parameters(paramLabel = "INCIDENT", description = "Id of the incident, e.g. INC-2026-0042.")
        private String incident;

        @Option(names = "--reason", required = true, description = "Why nobody else can; it is kept in the evidence.")
        private String reason;

        @Override
        int run(SternwayClient sternway, Output output) {
            confirm("Break the glass of incident " + incident + "?");
            JsonNode answer = sternway.post(
                    "/api/incidents/" + SternwayClient.part(incident) + "/break-glass", Map.of("reason", reason));
            if (output.forPrograms()) {
                output.json(answer);
            } else {
                output.line("You may decide '" + answer.path("task").asText() + "' now: " + sternway.address()
                        + "/camunda/app/tasklist/default/#/?task="
                        + answer.path("taskId").asText());
            }
            return ExitCode.OK;
        }
    }

    /** Ends the monitoring of an incident, so that people choose what is done. */
    @Command(name = "decide-now", description = "End the monitoring of an incident: people choose now what is done.")
    static final class DecideNowCommand extends ClientCommand {

        @Parameters(paramLabel = "INCIDENT", description = "Id of the incident, e.g. INC-2026-0042.")
        private String incident;

        @Option(names = "--reason", required = true, description = "Why it is not monitored any longer; it is kept.")
        private String reason;

        @Override
        int run(SternwayClient sternway, Output output) {
            JsonNode answer = sternway.post(
                    "/api/incidents/" + SternwayClient.part(incident) + "/decide-now", Map.of("reason", reason));
            if (output.forPrograms()) {
                output.json(answer);
            } else {
                output.line("The monitoring of " + incident + " is over: '"
                        + answer.path("task").asText() + "' waits in Tasklist.");
            }
            return ExitCode.OK;
        }
    }

    /** Tries the failed steps of an incident again. */
    @Command(name = "retry", description = "Try failed steps again, once what was wrong outside is mended.")
    static final class RetryCommand extends ClientCommand {

        @Parameters(paramLabel = "INCIDENT", description = "Id of the incident, e.g. INC-2026-0042.")
        private String incident;

        @Override
        int run(SternwayClient sternway, Output output) {
            JsonNode answer = sternway.post("/api/incidents/" + SternwayClient.part(incident) + "/retry", Map.of());
            if (output.forPrograms()) {
                output.json(answer);
            } else if (answer.path("retried").isEmpty()) {
                output.line("No step of " + incident + " has failed.");
            } else {
                answer.path("retried").forEach(step -> output.line("tried again    " + step.asText()));
            }
            return ExitCode.OK;
        }
    }
}
