package dev.sternway.adapter.pagerduty;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How PagerDuty is reached; nothing by default.
 *
 * @param routingKey reference to the 32 characters of an Events API v2 integration
 * @param address where events go; default PagerDuty's own
 */
@ConfigurationProperties("sternway.notifications.pagerduty")
record PagerDutySettings(
        @DefaultValue("") String routingKey,

        @DefaultValue("https://events.pagerduty.com/v2/enqueue")
        URI address) {}
