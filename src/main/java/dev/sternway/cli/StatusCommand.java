package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;

/** Says whether Sternway is well, what it looks after and what is open. */
@Command(name = "status", description = "Is Sternway up, and what does it look after?")
final class StatusCommand extends ClientCommand {

    @Override
    int run(SternwayClient sternway, Output output) {
        String health = sternway.get("/actuator/health").path("status").asText("UNKNOWN");
        JsonNode systems = sternway.get("/api/systems");
        JsonNode notifications = sternway.get("/api/notifications");
        if (output.forPrograms()) {
            ObjectNode answer = SternwayClient.JSON.createObjectNode();
            answer.put("address", sternway.address());
            answer.put("health", health);
            answer.set("systems", systems);
            answer.set("notifications", notifications);
            output.json(answer);
        } else {
            output.line("Sternway at " + sternway.address() + " is " + health + ".");
            output.table(systems, "id", "title");
            notifications.path("warnings").forEach(warning -> output.line("notifications: " + warning.asText()));
        }
        return health.equals("UP") ? ExitCode.OK : ExitCode.REFUSED;
    }
}
