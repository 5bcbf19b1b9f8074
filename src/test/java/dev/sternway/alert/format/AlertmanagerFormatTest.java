package dev.sternway.alert.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.alert.Alert;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertmanagerFormatTest {
    private static final String ALERT = """
            {"status": "firing", "fingerprint": "f1", "startsAt": "2026-11-20T03:12:45.123Z",
             "labels": {"alertname": "ShopErrors", "system": "shop", "symptom": "crash"},
             "annotations": {"summary": "The shop fails", "error_rate": "12.5 %", "sustained_for": "5m"}}""";

    private final AlertmanagerFormat format = new AlertmanagerFormat();

    static String message(String... alerts) {
        return "{\"version\": \"4\", \"status\": \"firing\", \"alerts\": [" + String.join(", ", alerts) + "]}";
    }

    private List<Alert> parse(String body) {
        return format.read(new Message(Map.of(), body.getBytes(StandardCharsets.UTF_8), Instant.now())).found().stream()
                .map(Reading.Found::alert)
                .toList();
    }

    @Test
    void readsEveryAlertOfAMessage() {
        List<Alert> alerts = parse(message(ALERT, ALERT.replace("firing", "resolved")));

        assertThat(alerts).extracting(Alert::status).containsExactly(Alert.Status.FIRING, Alert.Status.RESOLVED);
        Alert first = alerts.get(0);
        assertThat(first.title()).isEqualTo("The shop fails");
        assertThat(first.label("symptom")).contains("crash");
        assertThat(first.figure("error_rate")).contains(12.5);
        assertThat(first.sustained(Instant.parse("2026-11-20T03:13:45.123Z"))).isEqualTo(Duration.ofMinutes(6));
    }

    @Test
    void knowsARepeatByItsKeyAndTellsItsEndApart() {
        Alert firing = parse(message(ALERT)).get(0);
        Alert again = parse(message(ALERT.replace("The shop fails", "Still"))).get(0);
        Alert later = parse(message(ALERT.replace("03:12:45", "04:12:45"))).get(0);
        Alert over = parse(message(ALERT.replace("firing", "resolved"))).get(0);

        assertThat(again.key()).isEqualTo(firing.key());
        assertThat(later.key()).isNotEqualTo(firing.key());
        assertThat(over.key()).isNotEqualTo(firing.key());
    }

    @Test
    void takesItsNameWhereThereIsNoSummary() {
        assertThat(parse(message(ALERT.replace("summary", "other"))).get(0).title())
                .isEqualTo("ShopErrors");
    }

    @Test
    void leavesFiguresEmptyThatAreNone() {
        for (String figure : List.of("NaN", "+Inf", "many", "")) {
            assertThat(parse(message(ALERT.replace("12.5 %", figure))).get(0).figure("error_rate"))
                    .isEmpty();
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                        | line 1, column 2",
                "nonsense                                 | line 1, column 1: Unrecognized",
                "''                                       | /: must be a JSON object",
                "[]                                       | /: must be a JSON object",
                "null                                     | /: must be a JSON object",
                "{}                                       | /version: must be \"4\", got nothing",
                "{\"version\": \"5\"}                     | /version: must be \"4\", got \"5\"",
                "{\"version\": \"4\"}                     | /alerts: must hold at least one alert",
                "{\"version\": \"4\", \"alerts\": []}     | /alerts: must hold at least one alert",
                "{\"version\": \"4\", \"alerts\": [7]}    | /alerts/0/status: must be \"firing\" or \"resolved\"",
                "{\"version\": \"4\", \"version\": \"4\"} | Duplicate field 'version'",
            })
    void namesThePlaceOfWhatItCannotRead(String body, String place) {
        refused(body, place);
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"firing\" | \"pending\"   | /alerts/1/status: must be \"firing\" or \"resolved\", got \"pending\"",
                "\"f1\"     | 7             | /alerts/1/fingerprint: must be a text, got 7",
                "\"f1\"     | \" \"         | /alerts/1/fingerprint: must be a text, got \" \"",
                "startsAt   | endsAt        | /alerts/1/startsAt: must be a text, got nothing",
                "2026-      | yesterday-    | /alerts/1/startsAt: must be a time like",
                "\"labels\": {\"alertname\": \"ShopErrors\", \"system\": \"shop\", \"symptom\": \"crash\"} |"
                        + " \"labels\": [] | /alerts/1/labels: must be an object, got []",
            })
    void namesTheAlertAndItsField(String from, String to, String place) {
        refused(message(ALERT, ALERT.replace(from, to)), place);
    }

    @Test
    void refusesWhatIsNestedTooDeeply() {
        String deep = "{\"a\":".repeat(30) + "1" + "}".repeat(30);

        refused("{\"version\": \"4\", \"x\": " + deep + "}", "nesting depth");
    }

    @Test
    void refusesTooManyAlerts() {
        String many = "1,".repeat(10_000) + "1";

        refused("{\"version\": \"4\", \"alerts\": [" + many + "]}", "at most 10000 alerts, got 10001");
    }

    @Test
    void refusesATextWithoutEnd() {
        refused("{\"version\": \"" + "4".repeat(200_000) + "\"}", "String value length");
    }

    private void refused(String body, String place) {
        assertThatThrownBy(() -> parse(body))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.ALERT_MALFORMED))
                .hasMessageContaining(place);
    }
}
