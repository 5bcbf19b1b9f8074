package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost.Executed;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each thing that would stand in the way of a swap is told in a sentence before anything is touched. */
@Tag("postgresql")
class ObstaclesTest {
    private TestPostgres postgres;
    private PostgresDataStore data;

    @BeforeEach
    void freshShop() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        data = new PostgresDataStore(postgres.secrets(), null);
    }

    private List<String> obstacles() {
        return data.obstacles(postgres.system(), postgres.store());
    }

    private static Store as(Store store, String user, String database) {
        return new Store(
                store.id(),
                store.kind(),
                store.service(),
                store.host(),
                store.port(),
                database,
                user,
                store.password(),
                store.schemaVersion(),
                store.oldCodeRuns());
    }

    @Test
    void findsNoneInAQuietDatabase() {
        assertThat(obstacles()).isEmpty();
    }

    @Test
    void findsAPreparedTransaction() {
        postgres.execute(DATABASE, "begin; insert into notes values ('x', 1); prepare transaction 'held'");

        assertThat(obstacles()).containsExactly("a prepared transaction holds database 'shop': 'held'");
    }

    @Test
    void findsAReplicationSlot() {
        postgres.execute(DATABASE, "select pg_create_logical_replication_slot('feed', 'pgoutput')");

        assertThat(obstacles()).containsExactly("a replication slot is bound to database 'shop': 'feed'");
    }

    @Test
    void findsASubscription() {
        postgres.execute(
                DATABASE, "create subscription news connection 'host=127.0.0.1' publication p with (connect = false)");
        try {
            assertThat(obstacles()).containsExactly("a subscription writes to database 'shop': 'news'");
        } finally {
            postgres.execute(DATABASE, "alter subscription news set (slot_name = none)", "drop subscription news");
        }
    }

    @Test
    void findsARoleThatMayNotSwap() {
        postgres.execute(
                "postgres",
                "drop role if exists visitor",
                "create role visitor login password '" + TestPostgres.PASSWORD + "'");

        assertThat(data.obstacles(postgres.system(), as(postgres.store(), "visitor", DATABASE)))
                .singleElement()
                .asString()
                .startsWith("role 'visitor' may not swap database 'shop'");
    }

    @Test
    void findsThatTheDatabaseIsMissingOrTheServersOwn() {
        assertThat(data.obstacles(postgres.system(), as(postgres.store(), "postgres", "nowhere")))
                .containsExactly("there is no database 'nowhere'");
        assertThat(data.obstacles(postgres.system(), as(postgres.store(), "postgres", "postgres")))
                .singleElement()
                .asString()
                .contains("belongs to the server itself");
    }

    @Test
    void refusesANameThatAToolWouldReadAsAnOption() {
        assertThatThrownBy(() -> data.obstacles(postgres.system(), as(postgres.store(), "postgres", "-f x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> data.obstacles(postgres.system(), as(postgres.store(), "postgres", "host=evil")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsToolsOfAnotherVersionAndADiskThatIsTooSmall() {
        PostgresServer server = new PostgresServer(postgres.system(), postgres.store(), postgres.secrets());

        assertThat(new Obstacles(server).inTools(new SmallOldHost()))
                .hasSize(3)
                .anyMatch(sentence -> sentence.contains("its tool 'pg_dump' is of version 13 on a small old host"))
                .anyMatch(sentence -> sentence.startsWith("0 MB are free where the server keeps its data"));
    }

    /** Tools of PostgreSQL 13 on a full disk. */
    private static final class SmallOldHost extends PostgresTools {
        SmallOldHost() {
            super(15);
        }

        @Override
        Executed run(List<String> command, String applicationName) {
            return new Executed(0, "pg_dump (PostgreSQL) 13.4", "");
        }

        @Override
        Executed runToFile(List<String> command, String applicationName, Path output) {
            throw new UnsupportedOperationException();
        }

        @Override
        String bring(Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        String bringFolder(Path folder) {
            throw new UnsupportedOperationException();
        }

        @Override
        List<String> connection() {
            return List.of();
        }

        @Override
        OptionalLong freeBytes(String directory) {
            return OptionalLong.of(1000);
        }

        @Override
        String place() {
            return "on a small old host";
        }

        @Override
        public void close() {}
    }
}
