package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeDataStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who may ask for a swap back, and what the answer is. */
@Import(SwapBackApiTest.World.class)
class SwapBackApiTest extends WebTest {
    private static final String REASON = "{\"reason\": \"the data was fine\"}";
    private static final Store STORE =
            new Store("db", Store.Kind.POSTGRESQL, null, "127.0.0.1", 5432, "shop", "postgres", null, "select 1", true);

    @Autowired
    Incidents incidents;

    @Autowired
    Plans plans;

    @Autowired
    Locks locks;

    @Autowired
    Ledger ledger;

    @Autowired
    JdbcClient database;

    @Autowired
    FakeDataStore data;

    private String incident;

    /** What a swap back is started with, on a store in memory. */
    @ComponentScan(
            basePackages = {"dev.sternway.alert", "dev.sternway.plan", "dev.sternway.process", "dev.sternway.web"},
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern =
                                    ".*\\.(Incidents|Plans|Locks|SwapBackPlanner|OwnAuthority|SwapBacks|SwapBackEndedListener|SwapBackApi)"))
    static class World {
        @Bean
        FakeDataStore dataStore() {
            return new FakeDataStore("shop");
        }

        @Bean
        DataStores dataStores(FakeDataStore data) {
            return new DataStores(List.of(data));
        }

        @Bean
        Catalogue catalogue() {
            return new Catalogue(List.of(system()), List.of());
        }
    }

    private static ManagedSystem system() {
        return new ManagedSystem(
                "swap-shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "swap-shop"),
                null,
                List.of(),
                List.of(STORE),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    @BeforeEach
    void restore() {
        incident = incidents.open("swap-shop", "It was bad", Instant.now()).orElseThrow();
        incidents.ended(incident, Incidents.State.CLOSED);
        plans.keep(new Plan(
                "restore-plan",
                incident,
                "swap-shop",
                3,
                null,
                "backup-1",
                List.of(new Plan.PlanStep("swapStore", "db", "", "", Duration.ZERO, Duration.ZERO, Map.of())),
                Duration.ofMinutes(45),
                Duration.ofMinutes(1),
                Instant.now()));
        BackupSet.Part part =
                new BackupSet.Part("db", "db.dump", 13, "good", Map.of("public.orders", 2L), "1", "15.18");
        String beside = StoreNames.beside(STORE, incident);
        data.loadBeside(system(), STORE, part, null, beside, Progress.NONE);
        data.swap(system(), STORE, beside, StoreNames.kept(STORE, incident));
    }

    @AfterEach
    void unlock() {
        database.sql("truncate rollback_lock").update();
    }

    private HttpResponse<String> ask(String user, String body) {
        return post("/api/incidents/" + incident + "/swap-back", user, body);
    }

    @Test
    void startsOnceForACommander() {
        HttpResponse<String> answer = ask("carla", REASON);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"incidentId\":\"" + incident + "\"}");
        assertThat(locks.find("swap-shop").orElseThrow().incidentId()).contains(incident, "swap back");
        assertThat(ledger.of(incident))
                .filteredOn(entry -> entry.step().equals("requestSwapBack"))
                .extracting(Evidence::actor, Evidence::seen)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("carla", "'carla' asked for it: the data was fine"));

        HttpResponse<String> again = ask("theo", REASON);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("SYSTEM_LOCKED", incident, "\"hint\"");
    }

    @Test
    void startsForATechLead() {
        assertThat(ask("theo", REASON).statusCode()).isEqualTo(202);
    }

    @Test
    void startsForAnOperatorWhoNeverAgreesToIt() {
        assertThat(ask("olga", REASON).statusCode()).isEqualTo(202);
    }

    @Test
    void isRefusedToEverybodyElse() {
        assertThat(ask(null, REASON).statusCode()).isEqualTo(401);
        for (String user : List.of("ada", "vera", "nobody")) {
            assertThat(ask(user, REASON).statusCode()).as(user).isEqualTo(403);
        }
        assertThat(locks.find("swap-shop")).isEmpty();
    }

    @Test
    void wantsAReason() {
        assertThat(ask("carla", "{}").statusCode()).isEqualTo(400);
        assertThat(ask("carla", "{\"reason\": \" \"}").statusCode()).isEqualTo(400);
        assertThat(ask("carla", "reason").statusCode()).isEqualTo(400);
        assertThat(locks.find("swap-shop")).isEmpty();
    }

    @Test
    void isRefusedWhileTheRollbackRuns() {
        locks.acquire("swap-shop", incident, "sternway", "rollback of incident " + incident);

        HttpResponse<String> answer = ask("carla", REASON);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("SYSTEM_LOCKED", "rollback of incident");
    }

    @Test
    void saysWhenThereIsNothingToSwapBack() {
        data.databases.remove(StoreNames.kept(STORE, incident));

        HttpResponse<String> answer = ask("carla", REASON);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("NO_KEPT_STORE");
        assertThat(locks.find("swap-shop")).isEmpty();
    }

    @Test
    void knowsOnlyIncidentsThatThereAre() {
        assertThat(post("/api/incidents/INC-1999-0001/swap-back", "carla", REASON)
                        .statusCode())
                .isEqualTo(404);
    }
}
