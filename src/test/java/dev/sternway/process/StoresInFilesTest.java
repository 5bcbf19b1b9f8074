package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.OLGA;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.RollbackSystemTest.phrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.catalogue.Store.Holds;
import dev.sternway.catalogue.Store.Kind;
import dev.sternway.catalogue.Store.Reload;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Plan;
import dev.sternway.plan.RollbackRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/** {@code level-3-restore-system} over real files: a directory, settings and a SQLite database, by the real adapters. */
@Import(StoresInFilesTest.Desk.class)
class StoresInFilesTest extends ProcessTest {
    private static final Path DATA = folder();
    private static final Path SITE = DATA.resolve("site");
    private static final Path SETTINGS = DATA.resolve("desk.env");
    private static final Path ROWS = DATA.resolve("desk.sqlite");
    private static final String GOOD = "# keep me\nPOOL_SIZE=20\nTOKEN=swordfish-7391\n";

    @Autowired
    Rollbacks rollbacks;

    /** One service on three stores in files. */
    @TestConfiguration(proxyBeanMethods = false)
    @ComponentScan({"dev.sternway.adapter.files", "dev.sternway.adapter.settings", "dev.sternway.adapter.sqlite"})
    static class Desk {
        @Bean
        @Primary
        Catalogue desks() {
            return new Catalogue(List.of(FakeShop.shop(), FakeShop.kiosk(), desk()), List.of());
        }

        private static ManagedSystem desk() {
            return new ManagedSystem(
                    "desk",
                    "Desk",
                    new ManagedSystem.AlertMatch("system", "desk"),
                    null,
                    List.of(new Service(
                            "api",
                            "desk-api",
                            List.of(),
                            List.of("rows", "settings", "site"),
                            false,
                            Duration.ofSeconds(3),
                            null)),
                    List.of(
                            store("rows", Kind.SQLITE, Holds.DATA, ROWS, Reload.RESTART),
                            store("settings", Kind.SETTINGS, Holds.CONFIGURATION, SETTINGS, Reload.RESTART),
                            store("site", Kind.FILES, Holds.UI, SITE, Reload.WATCHED)),
                    List.of(),
                    List.of(
                            check("pool", new Check.SqlQuery("settings", "POOL_SIZE", "20")),
                            check("rows", new Check.SqlQuery("rows", "select count(*) from notes", "2"))),
                    ManagedSystem.Budgets.DEFAULT,
                    ManagedSystem.Windows.DEFAULT);
        }

        private static Check check(String id, Check.SqlQuery query) {
            return new Check(id, id, Check.Part.CONFIGURATION_CONSISTENT, null, null, query);
        }

        private static Store store(String id, Kind kind, Holds holds, Path path, Reload reload) {
            return new Store(
                    id, kind, holds, null, null, 0, null, null, null, null, false, path.toString(), null, null, reload);
        }
    }

    @BeforeEach
    void anUpgradeThatSpoilsEverything() throws IOException {
        clear();
        shop.host.run("desk-api", FakeShop.ONE, Map.of());
        Files.createDirectories(SITE);
        Files.writeString(SITE.resolve("index.html"), "one");
        Files.writeString(SETTINGS, GOOD);
        sql("create table notes (id integer primary key, text text)", "insert into notes values (1, 'a'), (2, 'b')");
        world.snapshot("desk");
        shop.host.effects.clear();
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("sternway-desk");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void clear() throws IOException {
        try (Stream<Path> all = Files.walk(DATA)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!path.equals(DATA)) {
                    Files.delete(path);
                }
            }
        }
    }

    private void spoil() throws IOException {
        Files.writeString(SITE.resolve("index.html"), "two");
        Files.writeString(SITE.resolve("new.js"), "two");
        Files.writeString(SETTINGS, "POOL_SIZE=2000\nTOKEN=swordfish-7392\nNEW=1\n");
        sql("update notes set text = 'bad' where id = 1", "insert into notes values (3, 'since')");
    }

    private static void sql(String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + ROWS);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String notes() {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + ROWS);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select group_concat(text) from notes")) {
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An operator asks for it; gives back the incident. */
    private String asks(String... typed) {
        Map<String, String> fields = new HashMap<>(Map.of("systems", "desk", "reason", "the upgrade failed"));
        for (int i = 0; i < typed.length; i += 2) {
            fields.put(typed[i], typed[i + 1]);
        }
        fields.put(
                "backup",
                world.database
                        .sql("select id from backup_set where purpose = 'PRE_UPGRADE'")
                        .query(String.class)
                        .single());
        world.hire(OLGA);
        rollbacks.request(RollbackRequest.of(fields), OLGA.id(), null);
        world.goOn();
        return world.database
                .sql("select id from incident where system_id = 'desk'")
                .query(String.class)
                .single();
    }

    private List<String> approvals() {
        return world.database
                .sql("select kind || ' ' || user_id from approval where void_at is null order by id")
                .query(String.class)
                .list();
    }

    private List<String> papers() {
        return world.database
                .sql("select markdown from paper")
                .query(String.class)
                .list();
    }

    @Test
    @Tag("S4-20")
    @Tag("S4-30")
    @Tag("S3-10")
    void takesSettingsBackAfterOneApprovalOfThePlanThatNamesTheKeys() throws IOException {
        spoil();
        sql("delete from notes where id = 3");
        String incident = asks("scope", "CONFIGURATION");

        assertThat(world.process("approve-rollback")).isWaitingAt("userTask_approveRollback");
        Plan plan = world.plan(incident);
        assertThat(plan.losesData()).isFalse();
        assertThat(plan.step("swapStore", "settings").after())
                .contains("which changes POOL_SIZE, TOKEN; removes NEW", "its services read it when they are started")
                .doesNotContain("swordfish");
        assertThat(SETTINGS).content().contains("POOL_SIZE=2000");
        world.complete("userTask_approveRollback", THEO, Map.of("decision", "APPROVE"));

        assertThat(world.process("level-3-restore-system"))
                .hasPassed("gateway_dataAtStake", "serviceTask_swapStore", "endEvent_systemRestored")
                .hasNotPassed("userTask_confirmDataLoss");
        assertThat(SETTINGS).hasContent(GOOD);
        assertThat(notes()).isEqualTo("bad,b");
        assertThat(SITE.resolve("new.js")).exists();
        assertThat(shop.host.effects).contains("stop desk-api", "start desk-api");
        assertThat(approvals()).containsExactly("ROLLBACK theo");
        assertThat(world.last(incident, "swapStore").outcome()).isEqualTo(Outcome.PROVED);
        assertThat(world.evidence(incident, "measureLoss"))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.details().toString())
                        .contains("POOL_SIZE")
                        .doesNotContain("swordfish"));
        assertThat(world.ledger.of(incident).toString()).doesNotContain("swordfish");
        assertThat(world.database
                        .sql("select count(*) from act_hi_procinst where proc_def_key_ = 'report-data-loss'")
                        .query(Long.class)
                        .single())
                .as("nobody is told of lost data")
                .isZero();
        assertThat(papers())
                .anyMatch(paper -> paper.contains("NO: settings or a front end went back, no data"))
                .noneMatch(paper -> paper.contains("swordfish"));
    }

    @Test
    @Tag("S4-21")
    void takesTheFrontEndBackBelowARunningService() throws IOException {
        spoil();
        String incident = asks("scope", "UI");
        world.complete("userTask_approveRollback", THEO, Map.of("decision", "APPROVE"));

        assertThat(SITE.resolve("index.html")).hasContent("one");
        assertThat(SITE.resolve("new.js")).doesNotExist();
        assertThat(SETTINGS).content().contains("POOL_SIZE=2000");
        assertThat(shop.host.effects).as("nothing is stopped").isEmpty();
        assertThat(world.last(incident, "proveStore").outcome()).isEqualTo(Outcome.PROVED);
    }

    @Test
    @Tag("S4-16")
    @Tag("S2-20")
    void takesASqliteDatabaseBackAfterThePhraseAndASecondPerson() throws IOException {
        spoil();
        String incident = asks("scope", "DATABASE", "restoreReason", "CORRUPTION");

        assertThat(world.plan(incident).losesData()).isTrue();
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
        assertThat((String) world.variable("level-3-restore-system", "lossSummary"))
                .contains("1 row only in the live database", "main.notes: 3 rows live, 2 in the backup");
        world.complete("userTask_confirmDataLoss", CARLA, phrase());
        assertThat(notes()).isEqualTo("bad,b,since");
        world.complete("userTask_approveDataLoss", THEO, Map.of("decision", "APPROVE"));

        assertThat(notes()).isEqualTo("a,b");
        assertThat(SETTINGS).content().contains("POOL_SIZE=2000");
        assertThat(approvals()).containsExactly("PHRASE carla", "SECOND theo");
        assertThat(shop.host.effects).contains("stop desk-api", "start desk-api");
        assertThat(world.last(incident, "proveStore").outcome()).isEqualTo(Outcome.PROVED);
    }

    @Test
    void takesAllThreeBackTogetherAndKeepsWhatFailed() throws IOException {
        spoil();
        String incident = asks("level", "3");
        world.complete("userTask_confirmDataLoss", CARLA, phrase());
        world.complete("userTask_approveDataLoss", THEO, Map.of("decision", "APPROVE"));

        assertThat(notes()).isEqualTo("a,b");
        assertThat(SETTINGS).hasContent(GOOD);
        assertThat(SITE.resolve("index.html")).hasContent("one");
        try (Stream<Path> all = Files.list(DATA)) {
            assertThat(all.map(path -> path.getFileName().toString())
                            .filter(name -> name.contains("_failed_") && !name.endsWith(".sternway")))
                    .hasSize(3);
        }
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }
}
