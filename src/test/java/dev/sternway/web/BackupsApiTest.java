package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeDataStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who may do what with backups, and what is told of them. */
@Import(BackupsApiTest.World.class)
class BackupsApiTest extends WebTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:15:00Z");

    @Autowired
    BackupLedger backups;

    @Autowired
    BackupProofs proofs;

    @Autowired
    Ledger ledger;

    @Autowired
    JdbcClient database;

    /** Backups in the product's own tables; nothing that touches a store. */
    @ComponentScan(
            basePackages = {
                "dev.sternway.alert",
                "dev.sternway.catalogue",
                "dev.sternway.plan",
                "dev.sternway.process",
                "dev.sternway.step",
                "dev.sternway.web"
            },
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern =
                                    ".*\\.(Incidents|Locks|BackupConfiguration|JdbcBackupLedger|BackupProofs|BackupNeeds|OwnAuthority|Snapshots|BackupProcesses|DiscardBackup|BackupsApi)"))
    static class World {
        @Bean
        Catalogue catalogue() {
            return new Catalogue(List.of(system()), List.of());
        }

        @Bean
        DataStores dataStores() {
            return new DataStores(List.of(new FakeDataStore("shop")));
        }
    }

    private static ManagedSystem system() {
        return new ManagedSystem(
                "web-shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "web-shop"),
                null,
                List.of(),
                List.of(new Store(
                        "db", Store.Kind.POSTGRESQL, null, "127.0.0.1", 5432, "shop", "p", null, "select 1", true)),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    @BeforeEach
    void threeBackups() {
        database.sql("truncate backup_set, backup_part, backup_proof, backup_trial, incident cascade")
                .update();
        save("web-shop-1", Purpose.PRE_UPGRADE, NOW);
        save("web-shop-2", Purpose.SCHEDULED, NOW.plusSeconds(60));
        save("web-shop-3", Purpose.EMERGENCY, NOW.plusSeconds(120));
        proofs.begin("P1", "web-shop-1", true, "test");
        proofs.add(
                "P1",
                new BackupProofs.Trial(
                        "web-shop",
                        "db",
                        "web-shop-1",
                        12,
                        100,
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(1),
                        "9 indexes valid"));
        proofs.end("P1", BackupProofs.Outcome.PROVED, null, null);
    }

    private void save(String id, Purpose purpose, Instant at) {
        Part part = new Part("db", id + "/db.dump", 12, "abc", Map.of("public.orders", 3L), "7", "15.18");
        backups.save(new BackupSet(id, "web-shop", purpose, null, at, List.of(part)));
    }

    @Test
    @Tag("S1-15")
    void listsWhatThereIsAndWhatEachIsWorth() {
        HttpResponse<String> answer = get("/api/backups?system=web-shop", "vera");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .containsSubsequence("web-shop-3", "emergency", "web-shop-2", "scheduled", "web-shop-1", "snapshot")
                .contains("never restored yet", "in 12 s");
        assertThat(get("/api/backups?last=1", "vera").body())
                .contains("web-shop-3", "\"source\":false")
                .doesNotContain("web-shop-2");
        assertThat(get("/api/backups?system=nowhere", "vera").statusCode()).isEqualTo(404);
        assertThat(get("/api/backups", "nobody").statusCode()).isEqualTo(403);
    }

    @Test
    void showsAllThatIsKnownOfOne() {
        assertThat(get("/api/backups/web-shop-1", "vera").body())
                .contains("9 indexes valid", "newest one that was restored with success", "\"sha256\":\"abc\"");
        assertThat(get("/api/backups/web-shop-9", "vera").statusCode()).isEqualTo(409);
    }

    @Test
    void beginsBackupsAndProofsForThoseWhoMay() {
        String wanted = "{\"system\": \"web-shop\"}";
        for (String path : List.of("/api/backups", "/api/backups/web-shop-1/prove", "/api/backups/web-shop-2/verify")) {
            assertThat(post(path, "vera", wanted).statusCode()).as(path).isEqualTo(403);
            assertThat(post(path, null, wanted).statusCode()).as(path).isEqualTo(401);
            HttpResponse<String> begun = post(path, "olga", wanted);
            assertThat(begun.statusCode()).as(path + begun.body()).isEqualTo(202);
            String key = begun.body().replaceAll(".*\"key\":\"([^\"]+)\".*", "$1");
            assertThat(get("/api/backups/runs/" + key, "vera").body()).contains("\"RUNNING\"");
            assertThat(ledger.of(key)).extracting(Evidence::actor).containsExactly("olga");
        }
        assertThat(post("/api/backups/web-shop-1/prove", "olga", "{}").body()).contains("BACKUP_BUSY");
        assertThat(post("/api/backups", "olga", "{\"system\": \"web-shop\", \"kind\": \"odd\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/api/backups/adopt", "vera", "{\"system\": \"web-shop\", \"path\": \"/x\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/api/backups/adopt", "olga", "{\"system\": \"web-shop\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/api/backups/runs/PROOF-nothing", "vera").statusCode()).isEqualTo(404);
    }

    @Test
    void takesNoSnapshotWhileAnIncidentRuns() {
        database.sql(
                        "insert into incident (id, system_id, title, state) values ('INC-1', 'web-shop', 'bad', 'DECIDING')")
                .update();

        assertThat(post("/api/backups", "olga", "{\"system\": \"web-shop\"}").body())
                .contains("SYSTEM_LOCKED", "--emergency");
        assertThat(post("/api/backups", "olga", "{\"system\": \"web-shop\", \"kind\": \"emergency\"}")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void discardsForThoseWhoMayAndSaysWhoDidIt() {
        String reason = "{\"reason\": \"no room\"}";
        assertThat(post("/api/backups/web-shop-2/discard", "olga", reason).statusCode())
                .isEqualTo(403);
        assertThat(post("/api/backups/web-shop-2/discard", "carla", "{}").statusCode())
                .isEqualTo(400);

        assertThat(post("/api/backups/web-shop-2/discard", "carla", reason).statusCode())
                .isEqualTo(200);
        assertThat(backups.find("web-shop-2")).isEmpty();
        assertThat(backups.directory().resolve("web-shop-2")).doesNotExist();
        assertThat(ledger.of("DISCARD-web-shop-2"))
                .extracting(Evidence::actor, Evidence::seen)
                .containsExactly(Tuple.tuple("carla", "'carla' discarded it: no room"));

        HttpResponse<String> newest = post("/api/backups/web-shop-1/discard", "carla", reason);
        assertThat(newest.statusCode()).isEqualTo(409);
        assertThat(newest.body()).contains("BACKUP_NEEDED", "--force");
        assertThat(post("/api/backups/web-shop-1/discard", "carla", "{\"reason\": \"x\", \"force\": true}")
                        .statusCode())
                .isEqualTo(200);
    }
}
