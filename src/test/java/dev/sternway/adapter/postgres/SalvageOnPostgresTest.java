package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage;
import dev.sternway.port.RowSalvage.Applied;
import dev.sternway.port.RowSalvage.Choice;
import dev.sternway.port.RowSalvage.Fate;
import dev.sternway.port.RowSalvage.Found;
import dev.sternway.port.RowSalvage.RowShape;
import dev.sternway.port.RowSalvage.Written;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are brought back from a kept database on a real server: all or none, with conflicts left out, and back again. */
@Tag("postgresql")
@Tag("long")
class SalvageOnPostgresTest {
    private static final String BESIDE = "shop_next_inc_1";
    private static final String KEPT = "shop_failed_inc_1";

    @TempDir
    Path directory;

    private TestPostgres postgres;
    private ManagedSystem system;
    private Store store;
    private RowSalvage salvage;
    private String restored;

    /** What the journal was given, as the register keeps it. */
    private final class Journal implements RowSalvage.Journal {
        String transaction;
        List<RowShape> shapes;
        final List<Written> rows = new ArrayList<>();
        boolean fails;
        boolean dies;

        @Override
        public void keep(String name, List<RowShape> all, RowSalvage.WrittenRows written) {
            assertThat(postgres.fingerprint(DATABASE)).as("nothing is live yet").isEqualTo(restored);
            transaction = name;
            shapes = all;
            written.each(rows::add);
            if (fails) {
                throw new OutsideException("the register is away");
            }
            if (dies) {
                postgres.execute(
                        "postgres",
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'shop'"
                                + " and application_name like '%salvage%'");
            }
        }
    }

    private final Journal journal = new Journal();

    /** A shop that was restored; the kept database has rows that were written after the backup. */
    @BeforeEach
    void aRestoreThatLostRows() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        postgres.execute(
                DATABASE,
                "create table items (id int primary key, order_id bigint not null references orders on delete cascade,"
                        + " sku text unique, parent int references items, net numeric, gross numeric"
                        + " generated always as (net * 2) stored)",
                "insert into items select n, n, 'sku ' || n, null, n from generate_series(1, 10) n");
        PostgresDataStore data = new PostgresDataStore(postgres.secrets(), null);
        system = postgres.system();
        store = postgres.store();
        Part part = data.backUp(system, store, directory, Progress.NONE);
        postgres.execute(
                DATABASE,
                "alter table customers add column loyalty int default 3",
                "insert into customers (name) select 'late ' || n from generate_series(51, 53) n",
                "insert into orders (customer, price) select 50 + n, 9.99 from generate_series(1, 3) n",
                "update orders set price = 0.09 where id <= 4",
                "insert into items values (11, 5001, 'sku 11', 10, 5), (12, 5002, 'sku 12', 11, 6),"
                        + " (13, 5003, E'odd\\t\\\\ \\n\"ü''', null, null)",
                "insert into notes values ('lost note', 1)",
                "create table coupons (id int primary key)",
                "insert into coupons values (1)");
        data.loadBeside(system, store, part, directory, BESIDE, Progress.NONE);
        data.swap(system, store, BESIDE, KEPT);
        restored = postgres.fingerprint(DATABASE);
        salvage = data.rowSalvage().orElseThrow();
    }

    private Map<String, Found> find() {
        return salvage.find(system, store, KEPT, Progress.NONE).stream()
                .collect(java.util.stream.Collectors.toMap(Found::table, each -> each));
    }

    private Applied apply(boolean onlyMissing, String... tables) {
        return salvage.apply(
                system, store, KEPT, new Choice(List.of(tables), onlyMissing, 1_000), journal, Progress.NONE);
    }

    private long undo() {
        return salvage.undo(
                system,
                store,
                journal.shapes,
                consumer -> journal.rows.forEach(consumer),
                transaction -> {},
                Progress.NONE);
    }

    private void refuses(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable what, String... words) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code))
                .hasMessageContainingAll(words);
    }

    private String value(String sql) {
        return postgres.value(DATABASE, sql);
    }

    @Test
    void listsWhatIsMissingChangedInConflictOrNotOffered() {
        postgres.execute(DATABASE, "insert into items values (99, 1, 'sku 12', null, 1)");

        Map<String, Found> found = find();

        assertThat(found.get("public.customers"))
                .isEqualTo(new Found("public.customers", 3, 0, 0, 0, List.of(), List.of("loyalty"), null));
        assertThat(found.get("public.orders"))
                .isEqualTo(new Found("public.orders", 3, 4, 0, 0, List.of("public.customers"), List.of(), null));
        assertThat(found.get("public.items"))
                .isEqualTo(new Found("public.items", 3, 0, 1, 0, List.of("public.orders"), List.of(), null));
        assertThat(found.get("public.notes").missing()).isEqualTo(1);
        assertThat(found.get("public.notes").obstacle()).contains("no primary key");
        assertThat(found.get("public.coupons").obstacle()).contains("no such table");
        assertThat(found.get("public.tags").offered()).isZero();
        assertThat(postgres.value("postgres", "select datallowconn from pg_database where datname = '" + KEPT + "'"))
                .isEqualTo("f");
    }

    @Test
    void bringsMissingRowsBackWithTheirParentsAndTakesThemOutAgain() {
        Applied applied = apply(true, "public.items", "public.orders", "public.customers");

        assertThat(applied.inserted())
                .isEqualTo(Map.of("public.customers", 3L, "public.orders", 3L, "public.items", 3L));
        assertThat(applied.updated()).isEmpty();
        assertThat(applied.leftOut()).isEmpty();
        assertThat(value("select string_agg(id || ' ' || order_id || ' ' || coalesce(parent::text, '-') || ' ' ||"
                        + " coalesce(gross::text, '-'), ', ' order by id) from items where id > 10"))
                .isEqualTo("11 5001 10 10, 12 5002 11 12, 13 5003 - -");
        assertThat(value("select sku from items where id = 13")).isEqualTo("odd\t\\ \n\"ü'");
        assertThat(value("select price from orders where id = 1")).isEqualTo("0.01");
        assertThat(salvage.fate(system, store, journal.transaction)).isEqualTo(Fate.COMMITTED);
        assertThat(value("insert into orders (customer) values (1) returning id"))
                .isEqualTo("5004");
        postgres.execute(DATABASE, "delete from orders where id = 5004");

        assertThat(undo()).isEqualTo(9);

        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);
    }

    @Test
    void overwritesOnlyWhenThatWasChosenAndGivesTheValuesBack() {
        postgres.execute(DATABASE, "update orders set price = 77 where id = 2");
        String before = postgres.fingerprint(DATABASE);
        restored = before;

        Applied applied = apply(false, "public.orders", "public.customers");

        assertThat(applied.updated()).containsEntry("public.orders", 4L);
        assertThat(applied.inserted()).containsEntry("public.orders", 3L);
        assertThat(value("select count(*) from orders where id <= 4 and price = 0.09"))
                .isEqualTo("4");

        assertThat(undo()).isEqualTo(10);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(before);
        assertThat(value("select price from orders where id = 2")).isEqualTo("77.00");
    }

    @Test
    void leavesRowsInConflictOutAndCountsThem() {
        postgres.execute(DATABASE, "insert into items values (99, 1, 'sku 12', null, 1)");
        restored = postgres.fingerprint(DATABASE);

        Applied withoutParents = apply(true, "public.items");
        assertThat(withoutParents.inserted()).containsEntry("public.items", 0L);
        assertThat(withoutParents.leftOut()).containsEntry("public.items", 3L);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);

        Applied applied = apply(true, "public.items", "public.orders", "public.customers");
        assertThat(applied.inserted()).containsEntry("public.items", 2L);
        assertThat(applied.leftOut()).isEqualTo(Map.of("public.items", 1L));
    }

    @Test
    void keepsRowsThatWereWrittenMeanwhile() {
        postgres.execute(DATABASE, "insert into customers (id, name) values (51, 'somebody else')");
        restored = postgres.fingerprint(DATABASE);

        assertThat(apply(true, "public.customers").inserted()).containsEntry("public.customers", 2L);

        assertThat(value("select name from customers where id = 51")).isEqualTo("somebody else");
    }

    @Test
    void writesNothingWhenAConstraintIsViolated() {
        postgres.execute(DATABASE, "alter table orders add constraint cheap check (price < 5) not valid");
        restored = postgres.fingerprint(DATABASE);

        refuses(ErrorCode.SALVAGE_CONFLICT, () -> apply(true, "public.customers", "public.orders"), "cheap");

        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);
        refuses(ErrorCode.SALVAGE_CONFLICT, () -> apply(true, "public.notes"), "no primary key");
        refuses(ErrorCode.SALVAGE_CONFLICT, () -> apply(true, "public.nothing"), "no table");
    }

    @Test
    void writesNoMoreThanWasChosen() {
        refuses(
                ErrorCode.SALVAGE_CONFLICT,
                () -> salvage.apply(
                        system, store, KEPT, new Choice(List.of("public.customers"), true, 2), journal, Progress.NONE),
                "3 rows would be written, 2 were chosen");
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);
    }

    @Test
    void writesNothingWhenItCannotBeWrittenDown() {
        journal.fails = true;

        assertThatThrownBy(() -> apply(true, "public.customers")).isInstanceOf(OutsideException.class);

        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);
        assertThat(salvage.fate(system, store, journal.transaction)).isEqualTo(Fate.ABORTED);
    }

    /** As by a kill between what is written down and the commit: the server rolls back, and says so when it is asked. */
    @Test
    void isAsIfNothingHadHappenedWhenTheSessionDiesBeforeTheCommit() {
        journal.dies = true;

        assertThatThrownBy(() -> apply(true, "public.customers")).isInstanceOf(OutsideException.class);

        Awaitility.await().until(() -> salvage.fate(system, store, journal.transaction) == Fate.ABORTED);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);
        journal.dies = false;
        journal.rows.clear();

        assertThat(apply(true, "public.customers").inserted()).containsEntry("public.customers", 3L);
        assertThat(value("select count(*) from customers")).isEqualTo("53");
        assertThat(undo()).isEqualTo(3);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);
    }

    @Test
    void refusesToUndoWhatWasChangedSinceOrIsReferredTo() {
        apply(true, "public.items", "public.orders", "public.customers");
        postgres.execute(DATABASE, "update customers set name = 'changed' where id = 52");
        String changed = postgres.fingerprint(DATABASE);

        refuses(ErrorCode.SALVAGE_CHANGED_SINCE, this::undo, "public.customers", "52");
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(changed);

        postgres.execute(
                DATABASE,
                "update customers set name = 'late 52' where id = 52",
                "insert into items values (20, 5001, 'since', null, 1)");
        String cascading = postgres.fingerprint(DATABASE);
        refuses(ErrorCode.SALVAGE_CHANGED_SINCE, this::undo, "1 rows of table 'public.items' refer to");
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(cascading);

        postgres.execute(DATABASE, "delete from items where id = 20");
        assertThat(undo()).isEqualTo(9);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(restored);
    }
}
