package dev.sternway.alert.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.Alert;
import dev.sternway.alert.PlainText;
import dev.sternway.alert.format.AlertFormat;
import dev.sternway.alert.format.Json;
import dev.sternway.alert.format.Message;
import dev.sternway.alert.format.Reading;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Understands a message of any format; without any effect, so that it can be tried. */
@Component
public class Understanding {
    private final Map<String, AlertFormat> formats = new TreeMap<>();
    private final Mapping mapping;

    Understanding(List<AlertFormat> formats, Mapping mapping) {
        formats.forEach(format -> this.formats.put(format.name(), format));
        this.mapping = mapping;
    }

    /**
     * The format of the name.
     *
     * @throws Refusal with {@code ALERT_FORMAT_UNKNOWN}, naming those that there are
     */
    public AlertFormat format(String name) {
        AlertFormat format = formats.get(name);
        if (format == null) {
            throw new Refusal(
                    ErrorCode.ALERT_FORMAT_UNKNOWN,
                    "there is no alert format '" + PlainText.of(name, 80) + "'; known are " + formats.keySet(),
                    "correct the address in the monitoring system.");
        }
        return format;
    }

    /** The format that a message looks like. */
    public AlertFormat guess(Message message) {
        if (message.header("ce-specversion").isPresent()) {
            return format("cloudevents");
        }
        JsonNode body = new Json("JSON", "look at the file.").object(message.body());
        return formats.values().stream()
                .filter(format -> format.looksLike(body))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.ALERT_FORMAT_UNKNOWN,
                        "the message looks like none of the formats " + formats.keySet(),
                        "say which it is with --format; the refusal then names what is missing."));
    }

    /**
     * What the message says, in the words of the decision.
     *
     * @throws Refusal with {@code ALERT_MALFORMED}, naming the place in the message
     */
    public Understood understand(AlertFormat format, Message message) {
        Reading reading = format.read(message);
        List<String> notes = new ArrayList<>(reading.notes());
        List<Alert> alerts = new ArrayList<>();
        for (Reading.Found found : reading.found()) {
            alerts.add(mapping.apply(format.name(), found, notes));
        }
        return new Understood(format.name(), alerts, notes, reading.group(), reading.subscription());
    }
}
