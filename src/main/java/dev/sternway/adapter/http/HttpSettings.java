package dev.sternway.adapter.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of what Sternway asks over HTTP.
 *
 * @param connectWithin give up connecting after this time; default 2 s
 * @param answerWithin give up on the whole answer after this time; default 5 s
 * @param longestAnswer what goes beyond is cut off; default 1 MB
 */
@ConfigurationProperties("sternway.http")
record HttpSettings(
        @DefaultValue("2s") Duration connectWithin,
        @DefaultValue("5s") Duration answerWithin,
        @DefaultValue("1MB") DataSize longestAnswer) {}
