package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.Alert;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a message says.
 *
 * @param notes what people should know of it, one sentence each
 * @param group what the alerts are part of, where the product groups them
 * @param subscription set when a topic asks to be subscribed
 */
public record Reading(
        List<Found> found, List<String> notes, Optional<Group> group, Optional<SubscriptionRequest> subscription) {

    /** An alert as the product names things, and the JSON that it was read from. */
    public record Found(Alert alert, JsonNode origin) {}

    /**
     * The group that a message is about.
     *
     * @param hidden how many of its alerts the message leaves out
     * @param labels those that all of its alerts share
     */
    public record Group(String key, long hidden, Map<String, String> labels) {}

    /** A topic that asks to be subscribed. */
    public record SubscriptionRequest(String topic, String messageId, String address) {}

    static Reading of(Alert alert, JsonNode origin, String... notes) {
        return new Reading(List.of(new Found(alert, origin)), List.of(notes), Optional.empty(), Optional.empty());
    }

    /** A good message that is none of an alert. */
    static Reading nothing(String note) {
        return new Reading(List.of(), List.of(note), Optional.empty(), Optional.empty());
    }
}
