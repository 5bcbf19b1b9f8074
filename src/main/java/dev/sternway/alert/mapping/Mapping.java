package dev.sternway.alert.mapping;

import dev.sternway.alert.Alert;
import dev.sternway.alert.PlainText;
import dev.sternway.alert.format.Reading;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Makes an alert plain text and gives it the names that the decision knows: what it says itself counts first, then the
 * configured fields, then the rules.
 */
@Component
@EnableConfigurationProperties(MappingSettings.class)
class Mapping {
    private static final String ALL = "all";
    private static final String PREFIX = "sternway.alerts.mapping.";
    private static final int MOST_TEXTS = 200;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_LABEL = 1_000;
    private static final int LONGEST_ANNOTATION = 10_000;
    private static final int LONGEST_TITLE = 500;
    /** The key is indexed. */
    private static final int LONGEST_KEY = 500;

    private final Map<String, Map<Fact, List<Place>>> fields = new LinkedHashMap<>();
    private final List<Rule> rules = new ArrayList<>();

    Mapping(MappingSettings settings) {
        settings.fields().forEach((format, facts) -> {
            Map<Fact, List<Place>> places = new EnumMap<>(Fact.class);
            facts.forEach((fact, from) -> places.put(
                    Rule.fact(fact, PREFIX + "fields." + format),
                    from.stream().map(Place::of).toList()));
            fields.put(format, places);
        });
        for (int i = 0; i < settings.rules().size(); i++) {
            rules.add(Rule.of(settings.rules().get(i), PREFIX + "rules[" + i + "]"));
        }
    }

    /** @param notes what could not be read is added here */
    Alert apply(String format, Reading.Found found, List<String> notes) {
        Alert alert = found.alert();
        Map<String, String> labels = plain(alert.labels(), LONGEST_LABEL, "labels");
        Map<String, String> annotations = plain(alert.annotations(), LONGEST_ANNOTATION, "annotations");
        String title = PlainText.of(alert.title(), LONGEST_TITLE);
        List<Rule> matching = rules.stream()
                .filter(rule -> rule.matches(format, labels.getOrDefault("alertname", title), labels))
                .toList();
        for (Fact fact : Fact.values()) {
            Map<String, String> texts = fact.isLabel() ? labels : annotations;
            value(fact, format, found, labels, annotations, matching, notes)
                    .ifPresentOrElse(text -> texts.put(fact.key(), text), () -> texts.remove(fact.key()));
        }
        return new Alert(
                format,
                PlainText.unique(alert.series(), LONGEST_KEY),
                PlainText.unique(alert.key(), LONGEST_KEY),
                alert.status(),
                title,
                alert.startsAt(),
                labels,
                annotations);
    }

    private Optional<String> value(
            Fact fact,
            String format,
            Reading.Found found,
            Map<String, String> labels,
            Map<String, String> annotations,
            List<Rule> matching,
            List<String> notes) {
        List<Place> places = new ArrayList<>();
        places.add(new Place(null, fact.key(), 1));
        places.addAll(fields.getOrDefault(format, Map.of()).getOrDefault(fact, List.of()));
        places.addAll(fields.getOrDefault(ALL, Map.of()).getOrDefault(fact, List.of()));
        for (Rule rule : matching) {
            if (rule.set().containsKey(fact)) {
                // Only what the alert does not say itself is set; it is the last word then.
                return read(fact, places, found, labels, annotations, notes)
                        .or(() -> Optional.of(rule.set().get(fact)));
            }
            if (rule.take().containsKey(fact)) {
                places.add(rule.take().get(fact));
            }
        }
        return read(fact, places, found, labels, annotations, notes);
    }

    private static Optional<String> read(
            Fact fact,
            List<Place> places,
            Reading.Found found,
            Map<String, String> labels,
            Map<String, String> annotations,
            List<String> notes) {
        for (Place place : places) {
            Optional<String> text = place.find(found.origin(), labels, annotations);
            Optional<String> value =
                    text.flatMap(given -> fact.read(PlainText.of(given, LONGEST_LABEL), place.factor()));
            if (value.isPresent()) {
                return value;
            }
            text.ifPresent(given ->
                    notes.add(fact.key() + ": '" + PlainText.of(given, 80) + "' cannot be read, it counts as unknown"));
        }
        return Optional.empty();
    }

    private static Map<String, String> plain(Map<String, String> texts, int longest, String what) {
        if (texts.size() > MOST_TEXTS) {
            throw new Refusal(
                    ErrorCode.ALERT_MALFORMED,
                    "an alert must have at most " + MOST_TEXTS + " " + what + ", got " + texts.size(),
                    "send fewer " + what + ".");
        }
        Map<String, String> plain = new LinkedHashMap<>();
        texts.forEach((name, text) -> plain.put(PlainText.of(name, LONGEST_NAME), PlainText.of(text, longest)));
        return plain;
    }
}
