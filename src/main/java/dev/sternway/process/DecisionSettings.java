package dev.sternway.process;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How decisions are made.
 *
 * @param disabledRules rules that do not count, by their ids or by their requirement's; default none
 */
@ConfigurationProperties("sternway.decision")
record DecisionSettings(List<String> disabledRules) {
    DecisionSettings {
        disabledRules = disabledRules == null
                ? List.of()
                : disabledRules.stream()
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .toList();
    }
}
