package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Incidents: which there are, and how one stands. */
@Command(
        name = "incident",
        mixinStandardHelpOptions = true,
        description = "List incidents, or show one.",
        subcommands = {IncidentCommand.ListCommand.class, IncidentCommand.ShowCommand.class})
final class IncidentCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "incident: 'list' or 'show INCIDENT' is missing.");
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
}
