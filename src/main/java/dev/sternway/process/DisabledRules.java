package dev.sternway.process;

import java.util.List;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * The rules that configuration has switched off: they are recorded when they match, and do not count (S0-12). A name
 * that no table has is refused at start, since a rule that was meant to be off would be on.
 */
@Component
@EnableConfigurationProperties(DecisionSettings.class)
class DisabledRules implements SmartInitializingSingleton {
    private final DecisionSettings settings;
    private final DeployedTables tables;

    DisabledRules(DecisionSettings settings, DeployedTables tables) {
        this.settings = settings;
        this.tables = tables;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (!settings.disabledRules().isEmpty()) {
            tables.current().refuseUnknown(settings.disabledRules());
        }
    }

    List<String> names() {
        return settings.disabledRules();
    }

    boolean contains(String rule) {
        return settings.disabledRules().stream().anyMatch(name -> covers(name, rule));
    }

    /** {@code S2-03} covers {@code S2-03.errors}, and a full id itself. */
    static boolean covers(String name, String rule) {
        return rule.equals(name) || rule.startsWith(name + ".");
    }
}
