package dev.sternway.alert.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.sternway.alert.AlertsStored;
import dev.sternway.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureWebMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.event.ApplicationEvents;
import org.springframework.test.context.event.RecordApplicationEvents;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;

/** The webhook's door: token, size, format, inbox; and whatever is refused is told with place and remedy. */
@SpringBootTest(classes = AlertSlice.class)
@AutoConfigureMockMvc(addFilters = false)
@AutoConfigureWebMvc
@RecordApplicationEvents
class AlertControllerTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final String TOKEN = "a-token-of-the-test";

    @Autowired
    MockMvc http;

    @Autowired
    JdbcClient database;

    @Autowired
    ApplicationEvents events;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path token = Files.writeString(Files.createTempFile("alertmanager", ".token"), TOKEN + "\n");
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        registry.add("sternway.alerts.senders.alertmanager.bearer", () -> "file:" + token);
    }

    @BeforeEach
    void emptyInbox() {
        database.sql("truncate alert, alert_message, incident").update();
    }

    private ResultActions send(String format, String token, String body) throws Exception {
        return http.perform(post("/alerts/" + format)
                .header("Authorization", token)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body));
    }

    private ResultActions send(String body) throws Exception {
        return send("alertmanager", "Bearer " + TOKEN, body);
    }

    private static String firing(String system, String fingerprint) {
        return """
                {"status": "firing", "fingerprint": "%s", "startsAt": "2026-11-20T03:12:45Z",
                 "labels": {"system": "%s"}, "annotations": {"summary": "It fails"}}""".formatted(fingerprint, system);
    }

    private static String message(String... alerts) {
        return "{\"version\": \"4\", \"alerts\": [" + String.join(",", alerts) + "]}";
    }

    private long stored() {
        return database.sql("select count(*) from alert").query(Long.class).single();
    }

    @Test
    void storesAnAlertWithTheBytesItCameInAndTellsSo() throws Exception {
        String body = message(firing("shop", "f1"), firing("shop", "f2"));

        send(body)
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(2))
                .andExpect(jsonPath("$.repeated").value(0));

        assertThat(database.sql("select body from alert_message")
                        .query(byte[].class)
                        .single())
                .isEqualTo(body.getBytes());
        assertThat(events.stream(AlertsStored.class)).hasSize(1);
    }

    @Test
    void takesARepeatWhoseSystemIsKnownByNow() throws Exception {
        send(message(firing("shop", "f1"))).andExpect(status().isAccepted());
        database.sql("update alert set state = 'REFUSED', system_id = null, reason = 'unknown'")
                .update();

        send(message(firing("shop", "f1")))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(1));

        assertThat(database.sql("select state || ' ' || system_id from alert")
                        .query(String.class)
                        .single())
                .isEqualTo("WAITING shop");
    }

    @Test
    void storesARepeatOnce() throws Exception {
        send(message(firing("shop", "f1"))).andExpect(status().isAccepted());

        send(message(firing("shop", "f1"), firing("shop", "f2")))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(1))
                .andExpect(jsonPath("$.repeated").value(1));

        assertThat(stored()).isEqualTo(2);
    }

    @Test
    void refusesAWrongTokenAndAMissingOne() throws Exception {
        for (String token : List.of("Bearer wrong", "Bearer ", "Basic " + TOKEN, TOKEN, "Bearer " + TOKEN + "x")) {
            send("alertmanager", token, message(firing("shop", "f1")))
                    .andExpect(status().isUnauthorized())
                    .andExpect(jsonPath("$.title").value("ALERT_UNAUTHENTICATED"))
                    .andExpect(jsonPath("$.hint", containsString("docs/alerts.md")));
        }
        http.perform(post("/alerts/alertmanager").content(message(firing("shop", "f1"))))
                .andExpect(status().isUnauthorized());
        assertThat(stored()).isZero();
    }

    @Test
    void keepsAFormatClosedThatHasNoToken() throws Exception {
        send("grafana", "Bearer " + TOKEN, "{}").andExpect(status().isUnauthorized());
    }

    @Test
    void tellsAnUnknownFormatAndThoseThereAre() throws Exception {
        send("morse", "Bearer " + TOKEN, "...---...")
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.title").value("ALERT_FORMAT_UNKNOWN"))
                .andExpect(jsonPath("$.detail")
                        .value("there is no alert format 'morse'; known are [alertmanager, cloudevents,"
                                + " datadog, generic, grafana, pagerduty, sns]"));
    }

    @Test
    void tellsThePlaceInBrokenJson() throws Exception {
        send("{\"version\": \"4\", \"alerts\": [}")
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.title").value("ALERT_MALFORMED"))
                .andExpect(jsonPath("$.detail", containsString("line 1, column")))
                .andExpect(jsonPath("$.hint", containsString("webhook_configs")));
        assertThat(stored()).isZero();
    }

    @Test
    void storesNothingOfAMessageWithOneBrokenAlert() throws Exception {
        send(message(firing("shop", "f1"), "{\"status\": \"odd\"}")).andExpect(status().isBadRequest());

        assertThat(stored()).isZero();
    }

    @Test
    void refusesAMessageThatIsTooLarge() throws Exception {
        send(" ".repeat(8 * 1024 * 1024 + 1))
                .andExpect(status().isPayloadTooLarge())
                .andExpect(jsonPath("$.title").value("ALERT_TOO_LARGE"));
    }

    @Test
    void keepsAnAlertOfAnUnknownSystemAsRefusedAndNamesTheKnownOnes() throws Exception {
        send(message(firing("cinema", "f1")))
                .andExpect(status().isUnprocessableEntity())
                .andExpect(jsonPath("$.title").value("SYSTEM_UNKNOWN"))
                .andExpect(jsonPath("$.detail", containsString("{system=cinema}; known are [system=shop or ")))
                .andExpect(jsonPath("$.hint", containsString("config/systems")));

        assertThat(database.sql("select state || ': ' || reason from alert")
                        .query(String.class)
                        .single())
                .isEqualTo("REFUSED: no managed system matches its labels");
    }

    @Test
    void takesTheKnownOnesOutOfAMixedMessage() throws Exception {
        send(message(firing("cinema", "f1"), firing("shop", "f2")))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(1));

        assertThat(database.sql("select state from alert order by key")
                        .query(String.class)
                        .list())
                .containsExactly("REFUSED", "WAITING");
    }
}
