package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

/** Who may ask for lost rows, and what is said when nothing can be chosen or undone. */
@Import(SalvageApiTest.World.class)
class SalvageApiTest extends WebTest {
    @Autowired
    Incidents incidents;

    @Autowired
    Ledger ledger;

    private String path;
    private String incident;

    /** What a salvage is begun with. */
    @ComponentScan(
            basePackages = {"dev.sternway.alert", "dev.sternway.plan", "dev.sternway.process", "dev.sternway.web"},
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = ".*\\.(Incidents|Salvages|OwnAuthority|Groups|SalvageRuns|SalvageApi)"))
    static class World {}

    @BeforeEach
    void anIncidentThatEnded() {
        incident = incidents.open("salvage-shop", "It was bad", Instant.now()).orElseThrow();
        incidents.ended(incident, Incidents.State.CLOSED);
        path = "/api/incidents/" + incident + "/salvage";
    }

    @Test
    void looksOnceForWhoMayAsk() {
        assertThat(get(path, "vera").body()).contains("\"step\":\"IDLE\"", "\"salvages\":[]");

        HttpResponse<String> answer = post(path + "/look", "olga", "{}");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).contains("\"step\":\"LOOKING\"");
        assertThat(post(path + "/look", "theo", "{}").statusCode()).isEqualTo(202);
        assertThat(ledger.of(incident))
                .filteredOn(entry -> entry.step().equals("requestSalvage"))
                .extracting(Evidence::actor)
                .containsExactly("olga");
    }

    @Test
    void isRefusedToEverybodyElse() {
        assertThat(post(path + "/look", null, "{}").statusCode()).isEqualTo(401);
        for (String user : List.of("vera", "ada", "nobody")) {
            assertThat(post(path + "/look", user, "{}").statusCode()).as(user).isEqualTo(403);
            assertThat(post(path + "/undo", user, "{\"reason\": \"x\"}").statusCode())
                    .as(user)
                    .isEqualTo(403);
        }
    }

    @Test
    void saysWhenNothingCanBeChosenOrUndone() {
        HttpResponse<String> choice = post(path, "theo", "{\"tables\": [\"public.orders\"]}");
        assertThat(choice.statusCode()).isEqualTo(409);
        assertThat(choice.body()).contains("SALVAGE_CHOICE_INVALID", "no choice of rows is awaited", "\"hint\"");

        HttpResponse<String> undo = post(path + "/undo", "theo", "{\"reason\": \"wrong rows\"}");
        assertThat(undo.statusCode()).isEqualTo(409);
        assertThat(undo.body()).contains("no salvage that could be undone");
    }

    @Test
    void takesNoHalfQuestions() {
        assertThat(post(path, "theo", "{}").statusCode()).isEqualTo(400);
        assertThat(post(path, "theo", "{\"tables\": []}").statusCode()).isEqualTo(400);
        assertThat(post(path, "theo", "{\"tables\": [\"a.b\"], \"rows\": \"some\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post(path + "/undo", "theo", "{}").statusCode()).isEqualTo(400);
        assertThat(post("/api/incidents/INC-1999-0001/salvage/look", "theo", "{}")
                        .statusCode())
                .isEqualTo(404);
    }
}
