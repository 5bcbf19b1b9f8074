package dev.sternway.adapter.statuspage;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the status page is reached; nothing by default.
 *
 * @param page the page's id
 * @param key reference to an API key
 * @param components for each managed system the ids of its components on the page; none by default
 * @param deliverNotifications whether subscribers get a mail from the page; default true
 * @param address base address; default Statuspage's own
 */
@ConfigurationProperties("sternway.notifications.statuspage")
record StatuspageSettings(
        @DefaultValue("") String page,
        @DefaultValue("") String key,
        Map<String, List<String>> components,
        @DefaultValue("true") boolean deliverNotifications,
        @DefaultValue("https://api.statuspage.io") URI address) {
    StatuspageSettings {
        components = components == null ? Map.of() : components;
    }
}
