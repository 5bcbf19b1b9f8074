package dev.sternway.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.ManagedSystem.AlertMatch;
import dev.sternway.catalogue.ManagedSystem.Budgets;
import dev.sternway.catalogue.ManagedSystem.Windows;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.sandbox.DockerEngine;
import dev.sternway.sandbox.Ports;
import dev.sternway.sandbox.image.ShopImages;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The disk runs full in the middle of a load: the live data stays as it was, the copy goes, and with room it is loaded. */
@Tag("docker")
class FullDiskTest {
    private static final String CONTAINER = "full-disk-test-db";
    private static final String BESIDE = "shop_next_inc_1";
    private static final String BALLAST = "/small/ballast";
    private static final Duration QUICK = Duration.ofSeconds(20);

    /** The server itself is elsewhere; only the shop's tablespace is on the small disk. */
    private static final String SERVE = "initdb -D /tmp/pg -A trust -U postgres --no-instructions -N >/dev/null"
            + " && echo 'host all all all trust' >>/tmp/pg/pg_hba.conf && mkdir /small/shop"
            + " && exec postgres -D /tmp/pg -c listen_addresses='*' -c fsync=off";

    @TempDir
    Path directory;

    private static final int PORT = Ports.free();
    private static DockerClient docker;
    private static AnnotationConfigApplicationContext context;

    private final ManagedSystem system = system();
    private final Store store = system.stores().get(0);
    private final ContainerHost host = context.getBean(ContainerHost.class);
    private final PostgresDataStore data = new PostgresDataStore(new Secrets(Path.of(".")), host);

    private static ManagedSystem system() {
        return new ManagedSystem(
                "web-shop",
                "Web shop",
                new AlertMatch("system", "web-shop"),
                null,
                List.of(new Service("postgres", CONTAINER, List.of(), List.of(), true, Duration.ofSeconds(5), null)),
                List.of(new Store(
                        "db",
                        Store.Kind.POSTGRESQL,
                        "postgres",
                        "127.0.0.1",
                        PORT,
                        "shop",
                        "postgres",
                        null,
                        "select '1'",
                        false)),
                List.of(),
                List.of(),
                Budgets.DEFAULT,
                Windows.DEFAULT);
    }

    @BeforeAll
    static void startAServerWithASmallDisk() {
        docker = DockerEngine.connect();
        remove();
        String id = docker.createContainerCmd(ShopImages.build(docker).database())
                .withName(CONTAINER)
                .withEntrypoint("/bin/sh", "-c", SERVE)
                .withExposedPorts(ExposedPort.tcp(5432))
                .withHostConfig(HostConfig.newHostConfig()
                        .withTmpFs(Map.of("/small", "size=80m,mode=1777"))
                        .withPortBindings(
                                new PortBinding(Binding.bindIpAndPort("127.0.0.1", PORT), ExposedPort.tcp(5432))))
                .exec()
                .getId();
        docker.startContainerCmd(id).exec();
        Awaitility.await().atMost(Duration.ofSeconds(40)).ignoreExceptions().until(() -> {
            connect("postgres").close();
            return true;
        });
        context = new AnnotationConfigApplicationContext("dev.sternway.adapter.docker");
    }

    @AfterAll
    static void stop() throws Exception {
        if (context != null) {
            context.close();
        }
        remove();
        docker.close();
    }

    private static void remove() {
        try {
            docker.removeContainerCmd(CONTAINER)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException gone) {
            // that is what was wanted
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + PORT + "/" + database, "postgres", "");
    }

    private static void execute(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database)) {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
        }
    }

    private static String value(String database, String sql) throws SQLException {
        try (Connection connection = connect(database)) {
            return Sql.value(connection, sql);
        }
    }

    private static String rows() throws SQLException {
        return value(
                "shop",
                "select count(*) || ' ' || sum(hashtextextended(o::text, 0)) || ' ' || oid from orders o,"
                        + " pg_database where datname = 'shop' group by oid");
    }

    private void inContainer(String... command) {
        Executed executed = host.execute(CONTAINER, List.of(command), Map.of(), QUICK);
        assertThat(executed.exitCode()).as(executed.errors()).isZero();
    }

    private void load(Part part) {
        data.loadBeside(system, store, part, directory, BESIDE, Progress.NONE);
    }

    @Test
    void leavesTheLiveDataAsItWasAndLoadsOnceThereIsRoom() throws SQLException {
        execute("postgres", "create tablespace small location '/small/shop'", "create database shop tablespace small");
        execute(
                "shop",
                "create table orders (id int primary key, what text)",
                "insert into orders select n, repeat(md5(n::text), 8) from generate_series(1, 70000) n");
        Part part = data.backUp(system, store, directory, Progress.NONE);
        String before = rows();
        inContainer("dd", "if=/dev/zero", "of=" + BALLAST, "bs=1048576", "count=40");

        assertThat(data.obstacles(system, store))
                .singleElement()
                .satisfies(sentence -> assertThat(sentence)
                        .contains("MB are free where the server keeps its data, a copy of database 'shop' needs"));
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> load(part));

        assertThat(refusal).as("the disk was too small").isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.DISK_TOO_SMALL);
        assertThat(refusal.getMessage()).contains("No space left on device");
        assertThat(refusal.hint()).isEqualTo("make room, then retry the task; the live database was not touched.");
        assertThat(rows()).isEqualTo(before);
        assertThat(value("postgres", "select string_agg(datname, ' ') from pg_database where oid >= 16384"))
                .isEqualTo("shop");
        assertThat(host.execute(CONTAINER, List.of("ls", "-A", "/tmp"), Map.of(), QUICK)
                        .output())
                .doesNotContain(".sternway");

        inContainer("rm", BALLAST);
        assertThat(data.obstacles(system, store)).isEmpty();
        load(part);

        assertThat(value(BESIDE, "select count(*) || ' ' || sum(hashtextextended(o::text, 0)) from orders o"))
                .isEqualTo(before.substring(0, before.lastIndexOf(' ')));
        assertThat(rows()).isEqualTo(before);
    }
}
