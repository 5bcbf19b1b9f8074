package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings the kept failed state of an incident back into use. */
@Command(name = "swap-back", description = "Bring back the database that an incident's restore put aside.")
final class SwapBackCommand extends ClientCommand {

    @Parameters(paramLabel = "INCIDENT", description = "Id of the incident, e.g. INC-2026-0042.")
    private String incident;

    @Option(names = "--reason", required = true, description = "Why; it is kept in the evidence.")
    private String reason;

    @Override
    int run(SternwayClient sternway, Output output) {
        confirm("Swap back what incident " + incident + " restored?");
        JsonNode answer = sternway.post(
                "/api/incidents/" + SternwayClient.part(incident) + "/swap-back", Map.of("reason", reason));
        if (output.forPrograms()) {
            output.json(answer);
        } else {
            String id = answer.path("incidentId").asText(incident);
            output.line("Swapping back; follow it at " + sternway.address() + "/incidents/" + id);
        }
        return ExitCode.OK;
    }
}
