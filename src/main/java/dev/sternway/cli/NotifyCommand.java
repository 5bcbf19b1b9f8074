package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether people can be told. */
@Command(
        name = "notify",
        description = "Can people be told?",
        subcommands = NotifyCommand.TestChannels.class,
        synopsisSubcommandLabel = "COMMAND")
final class NotifyCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing: test.");
    }

    /** Sends a test message and says what came of it. */
    @Command(
            name = "test",
            description =
                    "Send a test message over one channel, or over all that are set up. Status pages are only read.")
    static final class TestChannels extends ClientCommand {

        @Parameters(
                paramLabel = "CHANNEL",
                arity = "0..1",
                description = "slack, teams, pagerduty, mail, statuspage or webhook.")
        private String channel;

        @Override
        int run(SternwayClient sternway, Output output) {
            String which = channel == null ? "" : "?channel=" + SternwayClient.part(channel);
            JsonNode tried = sternway.post("/api/notifications/test" + which, Map.of());
            boolean all = !tried.isEmpty();
            for (JsonNode each : tried) {
                all &= each.path("delivered").asBoolean();
            }
            if (output.forPrograms()) {
                output.json(tried);
            } else if (tried.isEmpty()) {
                output.line("No channel is set up; docs/notifications.md says how.");
            } else {
                tried.forEach(each -> output.line("%-11s %-14s %s"
                        .formatted(
                                each.path("channel").asText().toLowerCase(Locale.ROOT),
                                each.path("delivered").asBoolean() ? "delivered" : "NOT delivered",
                                each.path("said").asText())));
            }
            return all ? ExitCode.OK : ExitCode.REFUSED;
        }
    }
}
