package dev.sternway.adapter.webhook;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A program that wants to hear everything; none by default.
 *
 * @param address reference to its address, which may be secret
 * @param key reference to the key that messages are signed with
 */
@ConfigurationProperties("sternway.notifications.webhook")
record WebhookSettings(
        @DefaultValue("") String address, @DefaultValue("") String key) {}
