package dev.sternway.notification;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is told, and where links lead.
 *
 * @param publicUrl address under which people reach Sternway; links in messages begin with it
 * @param contacts people and groups by role; none by default, and start-up says which are missing
 * @param externalSupport help from outside, by layer; none by default
 * @param configDirectory holds {@code notifications/}, texts that replace the built-in ones
 */
@ConfigurationProperties("sternway")
record ContactSettings(
        @DefaultValue("") String publicUrl,
        @DefaultValue List<Contact> contacts,
        @DefaultValue List<Support> externalSupport,
        @DefaultValue("config") String configDirectory) {}
