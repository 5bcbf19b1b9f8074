package dev.sternway.decision;

import dev.sternway.alert.Alert;
import java.util.List;
import java.util.Map;

/**
 * What a message would be understood as, and what would be decided.
 *
 * @param notes what people should know, one sentence each
 * @param decisions one for each system that an alert of the message is about and fires; empty when none would be made
 */
public record Explanation(String format, List<String> notes, List<Understood> alerts, List<Decided> decisions) {

    /**
     * One alert of the message.
     *
     * @param system id of the system that it is about, or null
     * @param facts what the decision tables would read, unknown ones left out; empty without a system
     */
    public record Understood(Alert alert, String system, Map<String, Object> facts) {}

    /** What the tables say of the system's alerts in this message. */
    public record Decided(String system, Decision decision) {}
}
