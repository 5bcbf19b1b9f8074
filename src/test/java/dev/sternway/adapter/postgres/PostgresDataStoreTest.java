package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.ComparedBy;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way there and back on a real server: back up, damage, load beside, compare, swap, swap back. */
@Tag("postgresql")
class PostgresDataStoreTest {
    private static final String BESIDE = "shop_next_inc_1";
    private static final String KEPT = "shop_failed_inc_1";

    @TempDir
    Path directory;

    private TestPostgres postgres;
    private DataStore data;
    private ManagedSystem system;
    private Store store;

    @BeforeEach
    void freshShop() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        data = new PostgresDataStore(postgres.secrets(), null);
        system = postgres.system();
        store = postgres.store();
    }

    private Part backUp() {
        return data.backUp(system, store, directory, Progress.NONE);
    }

    private void load(Part part) {
        data.loadBeside(system, store, part, directory, BESIDE, Progress.NONE);
    }

    @Test
    void takesTheWayThereAndBack() {
        String good = postgres.fingerprint(DATABASE);
        String firstIdentity = data.identify(system, store).identity();
        Part part = backUp();
        assertThat(part.rows())
                .isEqualTo(Map.of(
                        "public.schema_version",
                        1L,
                        "public.customers",
                        50L,
                        "public.orders",
                        5000L,
                        "public.tags",
                        200L,
                        "public.notes",
                        100L))
                .isEqualTo(data.rows(system, store));
        assertThat(part.schemaVersion()).isEqualTo("7");
        assertThat(part.serverVersion()).startsWith("15.");
        assertThat(directory).isDirectoryNotContaining(file -> file.toString().endsWith(".partial"));
        data.verify(system, store, part, directory);

        postgres.execute(
                DATABASE,
                "alter table orders add column currency text default 'EUR'",
                "update orders set price = 0 where id <= 10",
                "delete from orders where id > 4990",
                "insert into orders (customer, price) select 1, 1 from generate_series(1, 25)",
                "insert into tags values ('new', 'new', 'new')",
                "insert into notes values ('note', 3), ('other', 1)",
                "create table coupons (id int primary key)",
                "insert into coupons values (1), (2)",
                "update schema_version set version = '8'");
        String damaged = postgres.fingerprint(DATABASE);

        load(part);
        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(good);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(damaged);

        Instant takenAt = Instant.now().minusSeconds(60);
        Loss loss = data.compare(system, store, BESIDE, takenAt, Progress.NONE);
        assertThat(loss.from()).isEqualTo(takenAt);
        assertThat(loss.tables())
                .containsExactlyInAnyOrder(
                        new TableLoss("public.coupons", 2, 0, 2, 0, ComparedBy.EXISTENCE, null, null),
                        new TableLoss("public.customers", 50, 50, 0, 0),
                        new TableLoss("public.notes", 102, 100, 2, 0, ComparedBy.CONTENT, null, null),
                        new TableLoss("public.orders", 5015, 5000, 25, 10),
                        new TableLoss("public.schema_version", 1, 1, 1, 0, ComparedBy.CONTENT, null, null),
                        new TableLoss("public.tags", 201, 200, 1, 0));

        long outage = data.swap(system, store, BESIDE, KEPT);
        assertThat(outage).isLessThan(2_000);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
        assertThat(data.identify(system, store).schemaVersion()).isEqualTo("7");
        DataStore.Aside kept = data.aside(system, store, KEPT).orElseThrow();
        assertThat(kept.stage()).isEqualTo(Stage.KEPT);
        assertThat(kept.identity()).isEqualTo(firstIdentity);
        assertThat(kept.backupSha256()).isEqualTo(part.sha256());
        assertThat(kept.replacedBy())
                .isEqualTo(data.identify(system, store).identity())
                .isNotEqualTo(firstIdentity);
        assertThat(postgres.value("postgres", "select datallowconn from pg_database where datname = '" + KEPT + "'"))
                .isEqualTo("f");
        assertThat(data.swap(system, store, BESIDE, KEPT)).isZero();

        postgres.execute(DATABASE, "insert into notes values ('since', 1)");
        data.swap(system, store, KEPT, BESIDE);
        assertThat(data.identify(system, store).identity()).isEqualTo(firstIdentity);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(damaged);
        assertThat(data.aside(system, store, BESIDE).orElseThrow().stage()).isEqualTo(Stage.KEPT);
        assertThat(data.swap(system, store, KEPT, BESIDE)).isZero();

        data.discard(system, store, BESIDE);
        assertThat(postgres.databases()).containsExactly(DATABASE);
    }

    @Test
    void neverGivesANumberTwice() {
        Part part = backUp();
        postgres.execute(DATABASE, "insert into orders (customer, price) select 1, 1 from generate_series(1, 100)");
        load(part);
        postgres.execute(DATABASE, "insert into orders (customer, price) select 1, 1 from generate_series(1, 100)");

        data.swap(system, store, BESIDE, KEPT);

        assertThat(postgres.value(DATABASE, "insert into orders (customer) values (1) returning id"))
                .isEqualTo("5201");
        data.swap(system, store, KEPT, BESIDE);
        assertThat(postgres.value(DATABASE, "insert into orders (customer) values (1) returning id"))
                .isEqualTo("5202");
    }

    @Test
    void carriesOverWhatADumpLacks() {
        postgres.execute(
                "postgres",
                "drop role if exists shop_owner, shop_reader",
                "create role shop_owner",
                "create role shop_reader",
                "alter database shop owner to shop_owner",
                "alter database shop connection limit 42",
                "alter database shop set work_mem to '17MB'",
                "alter database shop set search_path to \"$user\", public, \"odd, name\"",
                "alter database shop set \"app.tenant\" to 'it''s'",
                "alter role shop_reader in database shop set statement_timeout to '3s'",
                "revoke connect on database shop from public",
                "grant connect on database shop to shop_reader with grant option",
                "comment on database shop is 'the owner''s words'");
        Part part = backUp();
        load(part);
        String about = "select jsonb_build_object('owner', pg_get_userbyid(datdba), 'limit', datconnlimit, 'acl',"
                + " (select jsonb_agg((grantee, privilege_type, is_grantable)::text order by 1) from aclexplode(datacl)),"
                + " 'comment', shobj_description(oid, 'pg_database'), 'collate', datcollate, 'ctype', datctype,"
                + " 'settings', (select jsonb_agg(setrole || ' ' || setconfig::text order by setrole)"
                + " from pg_db_role_setting where setdatabase = d.oid))::text from pg_database d where datname = '%s'";
        String before = postgres.value("postgres", about.formatted(DATABASE));

        data.swap(system, store, BESIDE, KEPT);

        assertThat(postgres.value("postgres", about.formatted(DATABASE)))
                .isEqualTo(before)
                .contains("17MB", "odd, name", "the owner's words", "app.tenant");
        data.swap(system, store, KEPT, BESIDE);
        assertThat(postgres.value("postgres", about.formatted(DATABASE))).isEqualTo(before);
        data.discard(system, store, BESIDE);
    }

    @Test
    void takesAFinishedCopyAsItIs() {
        Part part = backUp();
        load(part);
        String copy = data.aside(system, store, BESIDE).orElseThrow().identity();

        load(part);

        assertThat(data.aside(system, store, BESIDE).orElseThrow().identity()).isEqualTo(copy);
    }

    @Test
    void analyzesTheCopy() {
        load(backUp());

        assertThat(postgres.value(BESIDE, "select reltuples::bigint from pg_class where relname = 'orders'"))
                .isEqualTo("5000");
    }

    @Test
    void givesUpASwapInTimeAndLeavesTheLiveDatabaseOpen() throws SQLException {
        load(backUp());
        try (Connection other = postgres.connect("postgres")) {
            Sql.run(other, "select pg_advisory_lock(hashtext('sternway swap'), hashtext('" + DATABASE + "'))");
            long begin = System.nanoTime();

            assertThatThrownBy(
                            () -> TimeLimit.within(Duration.ofSeconds(1), () -> data.swap(system, store, BESIDE, KEPT)))
                    .isInstanceOf(OutsideException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(data.query(system, store, "select 1")).isEqualTo("1");
        assertThat(data.swap(system, store, BESIDE, KEPT)).isPositive();
    }

    @Test
    void answersTheCataloguesQueries() {
        assertThat(data.query(system, store, "select count(*) from orders where price < 0"))
                .isEqualTo("0");
        assertThat(data.query(system, store, "select name from customers where id = -1"))
                .isNull();
    }

    @Test
    void leavesNoPasswordInTheProcessList() {
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        postgres.execute(DATABASE, "insert into orders (customer, price) select 1, 1 from generate_series(1, 200000)");
        data.backUp(
                system,
                store,
                directory,
                (percent, doing) -> ProcessHandle.allProcesses()
                        .map(each -> each.info().commandLine().orElse(""))
                        .filter(each -> each.contains("pg_dump"))
                        .forEach(seen::add));

        assertThat(seen).allMatch(each -> !each.contains("canary"));
    }
}
