package dev.sternway.alert.mapping;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How alerts are understood.
 *
 * @param fields for each format, or {@code all}, and each fact where it may stand: a JSON pointer into the alert's own
 *     part of the message, or the name of a label or annotation, each perhaps with {@code * factor}
 * @param rules what an alert's name or labels tell; of several that match the first counts, for each fact by itself
 */
@ConfigurationProperties("sternway.alerts.mapping")
record MappingSettings(Map<String, Map<String, List<String>>> fields, List<RuleSetting> rules) {
    MappingSettings {
        fields = fields == null ? Map.of() : fields;
        rules = rules == null ? List.of() : rules;
    }

    /**
     * One rule.
     *
     * @param format the format that it is for; all when it is missing
     * @param name pattern of the whole label {@code alertname}, or of the title where there is none
     * @param labels patterns of whole labels, which all must match
     * @param set facts and what they are
     * @param take facts and the label or annotation that holds them
     */
    record RuleSetting(
            String format, String name, Map<String, String> labels, Map<String, String> set, Map<String, String> take) {
        RuleSetting {
            labels = labels == null ? Map.of() : labels;
            set = set == null ? Map.of() : set;
            take = take == null ? Map.of() : take;
        }
    }
}
