package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.Alert;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Alarms of Amazon CloudWatch that come by SNS; a topic that asks to be subscribed waits for a person. */
@Component
class SnsFormat implements AlertFormat {
    /** The first of the figures that crossed the threshold. */
    private static final Pattern FIGURE =
            Pattern.compile("datapoints? \\[(-?[0-9]+(?:\\.[0-9]+)?(?:E-?[0-9]+)?) \\(", Pattern.CASE_INSENSITIVE);

    private static final Duration LONGEST_BEFORE = Duration.ofDays(7);

    private final Json json = new Json(
            "an alarm of Amazon CloudWatch",
            "let only CloudWatch alarms publish to the topic that this address is subscribed to.");

    @Override
    public String name() {
        return "sns";
    }

    /** SNS carries 256 KB, escaped as a text inside its own JSON. */
    @Override
    public int mostBytes() {
        return 1024 * 1024;
    }

    @Override
    public boolean repeatsItself() {
        return false;
    }

    @Override
    public boolean looksLike(JsonNode message) {
        return SnsEnvelope.looksLike(message);
    }

    @Override
    public Reading read(Message message) {
        SnsEnvelope envelope = SnsEnvelope.read(message.body());
        return switch (envelope.type()) {
            case "Notification" -> alarm(envelope);
            case "SubscriptionConfirmation" ->
                new Reading(
                        List.of(),
                        List.of("topic '" + envelope.topic() + "' asks to be subscribed; a person confirms that"),
                        Optional.empty(),
                        Optional.of(new Reading.SubscriptionRequest(
                                envelope.topic(), envelope.text("MessageId"), envelope.text("SubscribeURL"))));
            case "UnsubscribeConfirmation" ->
                Reading.nothing("topic '" + envelope.topic()
                        + "' sends nothing any more; subscribe it anew if nobody wanted that");
            default -> throw json.malformed("/Type: must be a type of SNS, got \"" + envelope.type() + "\"");
        };
    }

    private Reading alarm(SnsEnvelope envelope) {
        JsonNode alarm = json.object(envelope.text("Message"));
        String state = json.text(alarm, "NewStateValue", "/Message");
        Alert.Status status;
        switch (state) {
            case "ALARM" -> status = Alert.Status.FIRING;
            case "OK" -> status = Alert.Status.RESOLVED;
            // Missing data is no recovery.
            case "INSUFFICIENT_DATA" -> {
                return Reading.nothing("an alarm in state INSUFFICIENT_DATA begins and ends no alert");
            }
            default ->
                throw json.malformed(
                        "/Message/NewStateValue: must be ALARM, OK or INSUFFICIENT_DATA, got \"" + state + "\"");
        }
        String title = json.text(alarm, "AlarmName", "/Message");
        // Each move of an alarm is one message of its series; old alarms have no ARN.
        String series = Json.optional(alarm.path("AlarmArn"))
                .orElseGet(() -> alarm.path("AWSAccountId").asText() + "/" + envelope.topic() + "/" + title);
        String changed = json.text(alarm, "StateChangeTime", "/Message");
        return Reading.of(
                new Alert(
                        name(),
                        series,
                        series + "/" + changed + "/" + status.name().toLowerCase(Locale.ROOT),
                        status,
                        title,
                        json.instant(changed, "/Message/StateChangeTime"),
                        labels(alarm, envelope.topic()),
                        annotations(alarm)),
                alarm);
    }

    private static Map<String, String> labels(JsonNode alarm, String topic) {
        Map<String, String> labels = new LinkedHashMap<>();
        JsonNode trigger = alarm.path("Trigger");
        for (JsonNode dimension : trigger.path("Dimensions")) {
            // Both spellings are seen.
            String name = dimension.path("name").asText(dimension.path("Name").asText(""));
            if (!name.isBlank()) {
                labels.put(
                        name,
                        dimension.path("value").asText(dimension.path("Value").asText("")));
            }
        }
        put(labels, "alertname", alarm.path("AlarmName"));
        put(labels, "account", alarm.path("AWSAccountId"));
        put(labels, "region", alarm.path("Region"));
        put(labels, "namespace", trigger.path("Namespace"));
        put(labels, "metric", trigger.path("MetricName"));
        put(labels, "statistic", trigger.path("Statistic"));
        labels.put("topic", topic);
        return labels;
    }

    private static Map<String, String> annotations(JsonNode alarm) {
        Map<String, String> annotations = new LinkedHashMap<>();
        JsonNode trigger = alarm.path("Trigger");
        put(annotations, "description", alarm.path("AlarmDescription"));
        put(annotations, "reason", alarm.path("NewStateReason"));
        put(annotations, "threshold", trigger.path("Threshold"));
        Matcher figure = FIGURE.matcher(alarm.path("NewStateReason").asText());
        if (figure.find()) {
            annotations.put("value", figure.group(1));
        }
        // It lasted for all its periods before it became an alarm, unless fewer of them sufficed.
        long periods = trigger.path("EvaluationPeriods").asLong();
        long seconds = trigger.path("Period").asLong() * periods;
        if (trigger.path("DatapointsToAlarm").asLong(periods) == periods
                && seconds > 0
                && seconds <= LONGEST_BEFORE.toSeconds()) {
            annotations.put("sustained_for", seconds + "s");
        }
        return annotations;
    }

    private static void put(Map<String, String> texts, String name, JsonNode value) {
        Json.optional(value).ifPresent(text -> texts.put(name, text));
    }
}
