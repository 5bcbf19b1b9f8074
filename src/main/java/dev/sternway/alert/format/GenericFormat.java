package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sternway.alert.Alert;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Sternway's own format, for whatever has none of the others: {@code config/alert.schema.json}, strictly. */
@Component
class GenericFormat implements AlertFormat {
    private static final int MOST_MISTAKES = 5;

    private final Json json =
            new Json("an alert as config/alert.schema.json describes it", "correct it; docs/alerts.md has an example.");
    private final Schema schema = schema();

    private static Schema schema() {
        try (InputStream in = GenericFormat.class.getResourceAsStream("/alert.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new JsonMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException("alert.schema.json cannot be read", e);
        }
    }

    @Override
    public String name() {
        return "generic";
    }

    @Override
    public int mostBytes() {
        return 64 * 1024;
    }

    @Override
    public boolean looksLike(JsonNode message) {
        return message.has("dedup_key") && message.has("starts_at");
    }

    @Override
    public Reading read(Message message) {
        JsonNode body = json.object(message.body());
        List<com.networknt.schema.Error> mistakes = schema.validate(body);
        if (!mistakes.isEmpty()) {
            throw json.malformed(mistakes.stream()
                    .limit(MOST_MISTAKES)
                    .map(each -> place(each.getInstanceLocation().toString()) + ": " + each.getMessage())
                    .distinct()
                    .collect(Collectors.joining("; ")));
        }
        Alert.Status status = Alert.Status.valueOf(body.path("status").asText().toUpperCase(Locale.ROOT));
        String series =
                body.path("source").asText() + "/" + body.path("dedup_key").asText();
        String startsAt = body.path("starts_at").asText();
        return Reading.of(
                new Alert(
                        name(),
                        series,
                        series + "/" + startsAt + "/" + status.name().toLowerCase(Locale.ROOT),
                        status,
                        body.path("summary").asText(),
                        json.instant(startsAt, "/starts_at"),
                        labels(body),
                        annotations(body)),
                body);
    }

    private static String place(String location) {
        return location.isEmpty() ? "/" : location;
    }

    private Map<String, String> labels(JsonNode body) {
        Map<String, String> labels = new LinkedHashMap<>(json.texts(body.path("labels"), "/labels"));
        for (String name : List.of("source", "severity", "service", "symptom", "feature", "importance")) {
            Json.optional(body.path(name)).ifPresent(text -> labels.put(name, text));
        }
        return labels;
    }

    private Map<String, String> annotations(JsonNode body) {
        Map<String, String> annotations = new LinkedHashMap<>(json.texts(body.path("metrics"), "/metrics"));
        for (String name : List.of("description", "link", "sustained_for", "within_sla", "workaround")) {
            Json.optional(body.path(name)).ifPresent(text -> annotations.put(name, text));
        }
        return annotations;
    }
}
