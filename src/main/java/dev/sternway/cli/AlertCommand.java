package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Alerts: what a message would be understood as, and which topics ask to be subscribed. */
@Command(
        name = "alert",
        mixinStandardHelpOptions = true,
        description = "Try a message of a monitoring system, or subscribe a topic of Amazon SNS.",
        subcommands = {
            AlertCommand.ExplainCommand.class,
            AlertCommand.SubscriptionsCommand.class,
            AlertCommand.ConfirmCommand.class
        })
final class AlertCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "alert: 'explain FILE', 'subscriptions' or 'confirm ID' is missing.");
    }

    /** What a saved message would be understood as and what would be decided. */
    @Command(
            name = "explain",
            description = "What a saved message would be understood as and what would be decided. Nothing is started. A"
                    + " running Sternway is asked; without one the files here are.")
    static final class ExplainCommand implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "The message's body, as the monitoring system sends it.")
        private Path file;

        @Option(
                names = "--format",
                paramLabel = "FORMAT",
                description = "The name in the address /alerts/FORMAT (default: what it looks like).")
        private String format;

        @Option(
                names = "--header",
                paramLabel = "'NAME: VALUE'",
                description = "A header of the message, for binary CloudEvents; as often as needed.")
        private List<String> headers = List.of();

        @Option(names = "--offline", description = "Ask the files here even when Sternway runs.")
        private boolean offline;

        @Mixin
        private CommonOptions options;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            byte[] body = body();
            Map<String, String> given = headers();
            Output output = new Output(spec.commandLine().getOut(), options.json);
            JsonNode explanation;
            try {
                explanation = offline ? here(body, given) : running(body, given);
            } catch (Failure e) {
                if (e.exitCode() != ExitCode.UNREACHABLE) {
                    throw e;
                }
                spec.commandLine().getErr().println("No Sternway answers; the files here are asked.");
                explanation = here(body, given);
            }
            if (output.forPrograms()) {
                output.json(explanation);
            } else {
                new ExplanationText(output).print(explanation);
            }
            return ExitCode.OK;
        }

        private JsonNode running(byte[] body, Map<String, String> given) {
            String path = "/api/alerts/explain" + (format == null ? "" : "?format=" + SternwayClient.part(format));
            return SternwayClient.of(options).post(path, body, given);
        }

        private JsonNode here(byte[] body, Map<String, String> given) {
            return OfflineExplainer.explain(options.configDirectory(), format, body, given);
        }

        private byte[] body() {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new Failure(ExitCode.USAGE, "FILE: '" + file + "' cannot be read");
            }
        }

        private Map<String, String> headers() {
            Map<String, String> parsed = new LinkedHashMap<>();
            for (String header : headers) {
                String[] parts = header.split(":", 2);
                if (parts.length != 2 || !parts[0].strip().matches("[A-Za-z0-9-]+")) {
                    throw new Failure(ExitCode.USAGE, "--header: must be 'NAME: VALUE', got '" + header + "'");
                }
                parsed.put(parts[0].strip(), parts[1].strip());
            }
            return parsed;
        }
    }

    /** Topics that asked to be subscribed. */
    @Command(name = "subscriptions", description = "Topics of Amazon SNS that asked to be subscribed.")
    static final class SubscriptionsCommand extends ClientCommand {

        @Override
        int run(SternwayClient sternway, Output output) {
            JsonNode subscriptions = sternway.get("/api/alerts/subscriptions");
            if (output.forPrograms()) {
                output.json(subscriptions);
            } else {
                output.table(subscriptions, "id", "topic", "askedAt", "confirmedBy", "confirmedAt");
            }
            return ExitCode.OK;
        }
    }

    /** Lets a topic send here. */
    @Command(name = "confirm", description = "Confirm the subscription of a topic of Amazon SNS.")
    static final class ConfirmCommand extends ClientCommand {

        @Parameters(paramLabel = "ID", description = "Id of the subscription, as 'alert subscriptions' lists it.")
        private long id;

        @Override
        int run(SternwayClient sternway, Output output) {
            confirm("From now on the topic may start rollbacks. Confirm subscription " + id + "?");
            JsonNode subscription = sternway.post("/api/alerts/subscriptions/" + id + "/confirm", Map.of());
            if (output.forPrograms()) {
                output.json(subscription);
            } else {
                output.line("Topic " + subscription.path("topic").asText() + " sends alerts here.");
            }
            return ExitCode.OK;
        }
    }
}
