package dev.sternway.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.CatalogueLoader;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.sandbox.Oracle;
import dev.sternway.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The sandbox's own database: the tools run in its container, and leave nothing there. */
@Tag("docker")
class PostgresInContainerTest {
    private static final String BESIDE = "shop_next_inc_1";
    private static final String KEPT = "shop_failed_inc_1";

    @TempDir
    static Path home;

    @TempDir
    Path directory;

    private static Sandbox sandbox;
    private static AnnotationConfigApplicationContext docker;

    private ContainerHost host;
    private PostgresDataStore data;
    private ManagedSystem system;
    private Store store;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(home, 1, "data-test-");
        docker = new AnnotationConfigApplicationContext("dev.sternway.adapter.docker");
    }

    @AfterAll
    static void close() {
        docker.close();
        sandbox.close();
    }

    @BeforeEach
    void freshShop() throws Exception {
        Oracle oracle = sandbox.oracle();
        try (var connection = oracle.connect("postgres");
                var statement = connection.createStatement()) {
            for (String database : oracle.databases()) {
                statement.execute("drop database if exists " + database + " with (force)");
            }
            statement.execute("create database shop owner shop");
        }
        sandbox.deployGood();
        host = docker.getBean(ContainerHost.class);
        data = new PostgresDataStore(new Secrets(sandbox.configuration()), host);
        system = new CatalogueLoader().load(sandbox.configuration()).find(sandbox.system());
        store = system.stores().get(0);
    }

    @Test
    void takesTheWayThereAndBack() {
        Oracle oracle = sandbox.oracle();
        assertThat(data.obstacles(system, store)).isEmpty();
        Part part = data.backUp(system, store, directory, Progress.NONE);
        data.verify(system, store, part, directory);
        sandbox.deployBad();
        assertThat(oracle.damagedProducts()).isPositive();

        data.loadBeside(system, store, part, directory, BESIDE, Progress.NONE);
        Loss loss = data.compare(system, store, BESIDE, Instant.now(), Progress.NONE);
        assertThat(loss.changed()).isGreaterThanOrEqualTo(oracle.damagedProducts());
        host.stop(sandbox.names().api(), Duration.ofSeconds(5));
        long outage = data.swap(system, store, BESIDE, KEPT);

        assertThat(outage).isLessThan(2_000);
        assertThat(oracle.damagedProducts()).isZero();
        assertThat(oracle.databases()).containsExactly("shop", KEPT);
        data.swap(system, store, KEPT, BESIDE);
        assertThat(oracle.damagedProducts()).isPositive();
        data.discard(system, store, BESIDE);
        assertThat(oracle.databases()).containsExactly("shop");
        assertThat(leftInContainer()).isEmpty();
    }

    @Test
    void leavesNothingInTheContainerWhenALoadIsCalledOff() throws Exception {
        try (var connection = sandbox.oracle().connect("shop")) {
            Sql.run(connection, "create table slow_to_load (n integer check (pg_sleep(0.05) is not null))");
            Sql.run(connection, "insert into slow_to_load select generate_series(1, 60)");
        }
        Part part = data.backUp(system, store, directory, Progress.NONE);

        assertThatThrownBy(() -> data.loadBeside(system, store, part, directory, BESIDE, (percent, doing) -> {
                    if (doing.equals("loading")) {
                        throw new IllegalStateException("called off");
                    }
                }))
                .hasMessage("called off");

        assertThat(sandbox.oracle().databases()).containsExactly("shop");
        assertThat(leftInContainer()).isEmpty();
    }

    @Test
    void triesARestoreAndLeavesNothing() {
        Part part = data.backUp(system, store, directory, Progress.NONE);

        DataStore.Trial trial =
                data.tryRestore(system, store, part, directory, "shop_trial_1", List.of(), Progress.NONE);

        assertThat(trial.faults()).isEmpty();
        assertThat(trial.rows()).isEqualTo(part.rows());
        assertThat(sandbox.oracle().databases()).containsExactly("shop");
        assertThat(leftInContainer()).isEmpty();
    }

    private List<String> leftInContainer() {
        return host.execute(sandbox.names().database(), List.of("ls", "-A", "/tmp"), Map.of(), Duration.ofSeconds(10))
                .output()
                .lines()
                .filter(file -> file.startsWith(".sternway"))
                .toList();
    }
}
