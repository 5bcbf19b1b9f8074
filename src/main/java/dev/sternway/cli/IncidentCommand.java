package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Incidents: which there are, how one stands, and another try for what failed. */
@Command(
        name = "incident",
        mixinStandardHelpOptions = true,
        description = "List incidents, show one, or try its failed steps again.",
        subcommands = {
            IncidentCommand.ListCommand.class,
            IncidentCommand.ShowCommand.class,
            IncidentCommand.RetryCommand.class
        })
final class IncidentCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "incident: 'list', 'show INCIDENT' or 'retry INCIDENT' is missing.");
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
                output.line("page             " + sternway.address() + "/incidents/" + incident);
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
