package dev.sternway.adapter.slack;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Slack is reached; nothing by default.
 *
 * @param webhook reference to an incoming webhook's address, which is secret; used when there is no token
 * @param token reference to a bot's token with the scope {@code chat:write}: gives one thread for each incident
 * @param channel where the bot writes; default {@code #incident-response}
 * @param api base address of the Web API; default Slack's own
 */
@ConfigurationProperties("sternway.notifications.slack")
record SlackSettings(
        @DefaultValue("") String webhook,
        @DefaultValue("") String token,
        @DefaultValue("#incident-response") String channel,
        @DefaultValue("https://slack.com/api") URI api) {}
