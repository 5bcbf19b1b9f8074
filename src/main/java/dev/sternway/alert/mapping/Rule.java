package dev.sternway.alert.mapping;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the name and the labels of an alert tell. */
record Rule(String format, Pattern name, Map<String, Pattern> labels, Map<Fact, String> set, Map<Fact, Place> take) {

    /** @param place the rule's place in the configuration, for what is wrong in it */
    static Rule of(MappingSettings.RuleSetting setting, String place) {
        if (setting.name() == null && setting.labels().isEmpty()) {
            throw new IllegalArgumentException(
                    place + ": must have a 'name' or 'labels', or it would match every alert");
        }
        Map<String, Pattern> labels = new LinkedHashMap<>();
        setting.labels().forEach((label, pattern) -> labels.put(label, pattern(pattern, place + ".labels." + label)));
        Map<Fact, String> set = new EnumMap<>(Fact.class);
        setting.set().forEach((fact, text) -> {
            String at = place + ".set." + fact;
            set.put(
                    fact(fact, at),
                    fact(fact, at)
                            .read(text, 1)
                            .orElseThrow(() -> new IllegalArgumentException(at + ": cannot be '" + text + "'")));
        });
        Map<Fact, Place> take = new EnumMap<>(Fact.class);
        setting.take().forEach((fact, from) -> take.put(fact(fact, place + ".take." + fact), Place.of(from)));
        Pattern name = setting.name() == null ? null : pattern(setting.name(), place + ".name");
        return new Rule(setting.format(), name, labels, set, take);
    }

    static Fact fact(String setting, String place) {
        return Fact.of(setting)
                .orElseThrow(() -> new IllegalArgumentException(place + ": '" + setting + "' is no fact; known are "
                        + java.util.Arrays.stream(Fact.values())
                                .map(Fact::setting)
                                .toList()));
    }

    private static Pattern pattern(String text, String place) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(place + ": is no regular expression: " + e.getDescription(), e);
        }
    }

    boolean matches(String alertFormat, String alertName, Map<String, String> alertLabels) {
        return (format == null || format.equals(alertFormat))
                && (name == null || name.matcher(alertName).matches())
                && labels.entrySet().stream()
                        .allMatch(each -> each.getValue()
                                .matcher(alertLabels.getOrDefault(each.getKey(), ""))
                                .matches());
    }
}
