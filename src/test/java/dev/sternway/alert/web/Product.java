package dev.sternway.alert.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The monitoring products, as their makers document what they send, each signed in its own way. */
enum Product {
    ALERTMANAGER("alertmanager") {
        @Override
        Sent sign(String body, String secret, Instant at) {
            return new Sent(body, Map.of("Content-Type", "application/json", "Authorization", "Bearer " + secret));
        }

        @Override
        String ended(String body) {
            return body.replace("\"firing\"", "\"resolved\"");
        }
    },
    GRAFANA("grafana") {
        @Override
        Sent sign(String body, String secret, Instant at) {
            String time = Long.toString(at.getEpochSecond());
            return new Sent(
                    body,
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "X-Grafana-Alerting-Signature",
                            hmac(secret, time + ":" + body),
                            "X-Grafana-Alerting-Timestamp",
                            time));
        }

        @Override
        String ended(String body) {
            return body.replace("\"firing\"", "\"resolved\"");
        }
    },
    PAGERDUTY("pagerduty") {
        @Override
        Sent sign(String body, String secret, Instant at) {
            return new Sent(
                    body,
                    Map.of(
                            "Content-Type", "application/json",
                            "X-Webhook-Id", "5a5b3c7e",
                            "X-PagerDuty-Signature", "v1=" + "0".repeat(64) + ",v1=" + hmac(secret, body)));
        }

        @Override
        String ended(String body) {
            return body.replace("incident.triggered", "incident.resolved")
                    .replace("01CN1LCQD8MYNMBBKTBMRQAVIE", "01CN1LCQD8MYNMBBKTBMRQAVIF")
                    .replace("03:12:45.700Z", "03:22:45.700Z");
        }

        @Override
        boolean signsTheTime() {
            return false;
        }
    },
    DATADOG("datadog") {
        @Override
        Sent sign(String body, String secret, Instant at) {
            return new Sent(body, Map.of("Content-Type", "application/json", "X-Sternway-Secret", secret));
        }

        @Override
        String ended(String body) {
            return body.replace("\"Triggered\"", "\"Recovered\"").replace("1795143165000", "1795143465000");
        }
    },
    SNS("sns") {
        @Override
        String body() {
            return TestSns.envelope(super.body(), Instant.now());
        }

        @Override
        Sent sign(String body, String secret, Instant at) {
            // Its secret is the key that the certificate belongs to; its time is in the body.
            String timed = TestSns.at(body, at);
            String signed = secret.equals(AlertFormatsTest.SECRET) ? TestSns.signed(timed) : TestSns.forged(timed);
            return new Sent(
                    signed,
                    Map.of("Content-Type", "text/plain; charset=UTF-8", "x-amz-sns-message-type", "Notification"));
        }

        @Override
        String ended(String body) {
            return body.replace("\\\"NewStateValue\\\": \\\"ALARM\\\"", "\\\"NewStateValue\\\": \\\"OK\\\"")
                    .replace("03:12:45.123+0000", "03:22:45.123+0000");
        }
    },
    CLOUDEVENTS("cloudevents") {
        @Override
        Sent sign(String body, String secret, Instant at) {
            String time = Long.toString(at.getEpochSecond());
            return new Sent(
                    body,
                    Map.of(
                            "Content-Type",
                            "application/cloudevents+json; charset=UTF-8",
                            "X-Signature-256",
                            "sha256=" + hmac(secret, time + ":" + body),
                            "X-Signature-Timestamp",
                            time));
        }

        @Override
        String ended(String body) {
            return body.replace("deployment.failed", "deployment.succeeded")
                    .replace("A234-1234-1234", "A234-1234-1235")
                    .replace("03:12:45Z", "03:22:45Z");
        }
    },
    GENERIC("generic") {
        @Override
        Sent sign(String body, String secret, Instant at) {
            String time = Long.toString(at.getEpochSecond());
            return new Sent(
                    body,
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "X-Sternway-Signature",
                            "sha256=" + hmac(secret, time + ":" + body),
                            "X-Sternway-Timestamp",
                            time));
        }

        @Override
        String ended(String body) {
            return body.replace("\"firing\"", "\"resolved\"");
        }
    };

    /** A message on its way. */
    record Sent(String body, Map<String, String> headers) {}

    private final String format;

    Product(String format) {
        this.format = format;
    }

    String format() {
        return format;
    }

    /** The alert that begins. */
    String body() {
        String file = this == SNS ? "cloudwatch" : this == CLOUDEVENTS ? "cloudevent" : format;
        return file(file);
    }

    /** The same alert, over. */
    abstract String ended(String body);

    /** As the product sends it at the time; with a secret that is not known it is forged. */
    abstract Sent sign(String body, String secret, Instant at);

    /** True when a message that is sent again later is noticed by its time. */
    boolean signsTheTime() {
        return this != ALERTMANAGER && this != DATADOG && this != PAGERDUTY;
    }

    static String file(String name) {
        try {
            return Files.readString(Path.of("src/test/resources/alerts", name + ".json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
