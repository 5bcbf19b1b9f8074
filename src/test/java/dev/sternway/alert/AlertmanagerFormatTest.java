package dev.sternway.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Alertmanager's webhook, version 4, is read; anything else is refused with the place in the message. */
class AlertmanagerFormatTest {
    private static final String MESSAGE = """
            {"version":"4","groupKey":"{}:{system=\\"web-shop\\"}","truncatedAlerts":0,"status":"firing",
             "receiver":"sternway","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am",
             "alerts":[{"status":"firing","labels":{"alertname":"Errors","system":"web-shop","symptom":"error_rate"},
               "annotations":{"summary":"27 % fail","error_rate":"27.5","sustained_for":"5m"},
               "startsAt":"2026-11-20T03:12:45.123Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"",
               "fingerprint":"abc123"}]}
            """;

    private final AlertmanagerFormat format = new AlertmanagerFormat();

    private List<Alert> parse(String message) {
        return format.parse(message.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAFiringAlert() {
        Alert alert = parse(MESSAGE).get(0);

        assertThat(alert.status()).isEqualTo(Alert.Status.FIRING);
        assertThat(alert.title()).isEqualTo("27 % fail");
        assertThat(alert.label("system")).contains("web-shop");
        assertThat(alert.figure("error_rate")).contains(27.5);
        assertThat(alert.startsAt()).isEqualTo(Instant.parse("2026-11-20T03:12:45.123Z"));
        assertThat(alert.sustained(alert.startsAt().plusSeconds(30))).isEqualTo(Duration.ofSeconds(330));
    }

    @Test
    void givesARepeatTheSameKeyAndAResolvedAlertAnother() {
        String key = parse(MESSAGE).get(0).key();

        assertThat(parse(MESSAGE).get(0).key()).isEqualTo(key);
        assertThat(parse(MESSAGE.replace("\"status\":\"firing\",\"labels\"", "\"status\":\"resolved\",\"labels\""))
                        .get(0)
                        .key())
                .isNotEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"version\":\"4\"` | `\"version\":\"3\"` | /version: must be",
                "`\"fingerprint\":\"abc123\"` | `\"fingerprint\":7` | /alerts/0/fingerprint: must be a text, got 7",
                "`2026-11-20T03:12:45.123Z` | `yesterday` | /alerts/0/startsAt: must be a time like",
                "`\"status\":\"firing\",\"labels\"` | `\"status\":\"on\",\"labels\"` | /alerts/0/status: must be",
                "`\"alerts\":[` | `\"alarms\":[` | /alerts: must hold at least one alert",
                "`{\"version\"` | `{\"version\":\"4\",\"version\"` | Duplicate field 'version'",
                "`\"truncatedAlerts\":0` | `\"truncatedAlerts\":NaN` | line 1, column",
            })
    void namesThePlaceOfAMistake(String right, String wrong, String place) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> parse(MESSAGE.replace(right, wrong)));

        assertThat(refusal.code()).isEqualTo(ErrorCode.ALERT_MALFORMED);
        assertThat(refusal.getMessage()).contains(place);
        assertThat(refusal.hint()).contains("webhook_configs");
    }

    @Test
    void refusesBrokenAndDeeplyNestedJson() {
        assertThat(catchThrowableOfType(Refusal.class, () -> parse("{\"version\":"))
                        .getMessage())
                .contains("line 1, column");
        assertThat(catchThrowableOfType(Refusal.class, () -> parse("[".repeat(10_000)))
                        .getMessage())
                .contains("nesting depth");
        assertThat(catchThrowableOfType(Refusal.class, () -> parse("[]")).getMessage())
                .contains("/: must be a JSON object");
    }

    @Test
    void readsNoFigureFromWhatIsNoNumber() {
        Alert alert = parse(MESSAGE.replace("27.5", "many")).get(0);

        assertThat(alert.figure("error_rate")).isEmpty();
        assertThat(parse(MESSAGE.replace("27.5", "NaN")).get(0).figure("error_rate"))
                .isEmpty();
    }
}
