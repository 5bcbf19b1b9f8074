package dev.sternway.adapter.teams;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Microsoft Teams is reached; not at all by default.
 *
 * @param webhook reference to the address of a workflow "When a Teams webhook request is received", which is secret
 */
@ConfigurationProperties("sternway.notifications.teams")
record TeamsSettings(@DefaultValue("") String webhook) {}
