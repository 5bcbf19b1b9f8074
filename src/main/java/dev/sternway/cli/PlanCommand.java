package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a rollback would do now; nothing is touched. */
@Command(name = "plan", description = "Show what a rollback of a system would do now. Nothing is touched.")
final class PlanCommand extends ClientCommand {

    @Parameters(paramLabel = "SYSTEM", description = "Id of the managed system.")
    private String system;

    @Option(
            names = "--level",
            defaultValue = "1",
            description = "1 toggles, 2 release, 3 restore (default: ${DEFAULT-VALUE}).")
    private int level;

    @Override
    int run(SternwayClient sternway, Output output) {
        if (level < 1 || level > 3) {
            throw new Failure(ExitCode.USAGE, "--level: must be 1, 2 or 3, got '" + level + "'");
        }
        JsonNode plan = sternway.get("/api/systems/" + SternwayClient.part(system) + "/plan?level=" + level);
        if (output.forPrograms()) {
            output.json(plan);
        } else {
            output.fields(plan);
            output.table(plan.path("steps"), "step", "target", "now", "after", "estimate", "outage");
        }
        return ExitCode.OK;
    }
}
