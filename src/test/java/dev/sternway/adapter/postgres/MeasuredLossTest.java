package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.ComparedBy;
import dev.sternway.port.DataStore.Depth;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.RowTimes;
import dev.sternway.port.DataStore.TableLoss;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a restore would lose, on a real server: the figures, the rows, large tables by ranges and by samples (S2-15, S4-18). */
@Tag("postgresql")
@Tag("long")
class MeasuredLossTest {
    private static final String COPY = "shop_copy";
    private static final Instant TAKEN_AT = Instant.parse("2026-11-20T10:00:00Z");

    private TestPostgres postgres;
    private DataStore data;
    private ManagedSystem system;
    private Store store;

    @BeforeEach
    void aShopAndACopyOfIt() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        postgres.execute(DATABASE, "update orders set placed = '2026-11-20 09:00:00+00'");
        data = new PostgresDataStore(postgres.secrets(), null);
        system = postgres.system();
        store = postgres.store()
                .withTimeColumns(
                        Map.of("public.orders", "placed", "public.customers", "no_such_column", "public.notes", "n"));
    }

    private void copy() {
        postgres.execute("postgres", "create database " + COPY + " template " + DATABASE);
    }

    /** The rows as they come. */
    private static final class Rows implements LostRows {
        final List<String> all = new ArrayList<>();
        int most = Integer.MAX_VALUE;
        private String table;
        private List<String> columns;

        @Override
        public boolean full() {
            return all.size() >= most;
        }

        @Override
        public void table(String name, List<String> names) {
            table = name;
            columns = names;
        }

        @Override
        public void row(Why why, List<String> values) {
            assertThat(values).hasSameSizeAs(columns);
            all.add(table + " " + why + " " + values);
        }
    }

    private Loss measure(Depth depth, LostRows rows) {
        return data.compare(system, store, COPY, TAKEN_AT, depth, rows, Progress.NONE);
    }

    private static TableLoss table(Loss loss, String name) {
        return loss.tables().stream()
                .filter(each -> each.table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void givesTheRowsThatWouldBeLostWithTheirLiveValues() {
        copy();
        postgres.execute(
                DATABASE,
                "update orders set price = 0 where id = 7",
                "insert into orders (customer, price, placed) values (1, 12.50, '2026-11-20 11:00:00+00')",
                "insert into tags values ('de', 'Ü\"quoted\"', null)",
                "insert into notes values (null, 5), ('note', 3)",
                "create table coupons (id int primary key, data bytea)",
                "insert into coupons values (1, '\\x00ff')");
        Rows rows = new Rows();

        Loss loss = measure(Depth.EVERY_ROW, rows);

        assertThat(rows.all)
                .containsExactlyInAnyOrder(
                        "public.coupons ONLY_LIVE [1, \\x00ff]",
                        "public.notes ONLY_LIVE [null, 5]",
                        "public.notes ONLY_LIVE [note, 3]",
                        "public.orders CHANGED [7, 8, 0.00, 2026-11-20 09:00:00+00]",
                        "public.orders ONLY_LIVE [5001, 1, 12.50, 2026-11-20 11:00:00+00]",
                        "public.tags ONLY_LIVE [de, Ü\"quoted\", null]");
        assertThat(table(loss, "public.orders"))
                .isEqualTo(new TableLoss(
                        "public.orders",
                        5001,
                        5000,
                        1,
                        1,
                        ComparedBy.KEY,
                        new RowTimes("placed", "2026-11-20 11:00:00+00", "2026-11-20 09:00:00+00", 1L),
                        null));
        assertThat(table(loss, "public.customers").times()).isNull();
        assertThat(table(loss, "public.notes").times()).isEqualTo(new RowTimes("n", "9", "9", null));
        assertThat(table(loss, "public.notes").by()).isEqualTo(ComparedBy.CONTENT);
        assertThat(loss.estimated()).isFalse();
    }

    @Test
    void goesOnMeasuringWhenNoMoreRowsAreTaken() {
        copy();
        postgres.execute(DATABASE, "insert into orders (customer, price) select 1, 1 from generate_series(1, 500)");
        Rows rows = new Rows();
        rows.most = 3;

        Loss loss = measure(Depth.EVERY_ROW, rows);

        assertThat(rows.all).hasSize(3);
        assertThat(loss.onlyLive()).isEqualTo(500);
    }

    /** The same rows by every kind of key that is cut into ranges, and by one that is not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "bigint; n; n + 500000",
                "int; n - 15000; n + 500000",
                "numeric; n / 7.0; n + 0.5",
                "uuid; md5(n::text)::uuid; md5('new' || n)::uuid",
                "text; 'key ' || n % 977 || ' ' || n; 'Ärger ' || n",
                "varchar(40); md5(n::text); 'zz' || n",
                "timestamptz; '2026-01-01'::timestamptz + n * interval '1 s'; '2026-12-01'::timestamptz + n * interval '1 s'",
                "bytea; decode(md5(n::text), 'hex'); decode(md5('new' || n), 'hex')"
            })
    void findsTheSameByRangesAsRowByRow(String type, String old, String fresh) {
        postgres.execute(
                DATABASE,
                "create table large (id " + type + " primary key, word text, padding text default repeat('x', 20))",
                "insert into large select " + old + ", 'word ' || n from generate_series(1, 30000) n");
        copy();
        postgres.execute(
                DATABASE,
                "update large set word = 'other' where ctid in (select ctid from large order by id limit 40 offset 12000)",
                "delete from large where ctid in (select ctid from large order by id desc limit 25)",
                "insert into large select " + fresh + ", 'new' from generate_series(1, 300) n");
        Rows byRow = new Rows();
        Rows byRange = new Rows();

        TableLoss exact = table(measure(Depth.EVERY_ROW, byRow), "public.large");
        TableLoss ranges = table(measure(new Depth(1_000, Long.MAX_VALUE, 1), byRange), "public.large");

        assertThat(exact).isEqualTo(new TableLoss("public.large", 30_275, 30_000, 300, 40));
        assertThat(ranges).isEqualTo(exact);
        assertThat(byRange.all).containsExactlyInAnyOrderElementsOf(byRow.all).hasSize(340);
    }

    @Test
    void readsOnlyTheRangesThatDifferRowByRow() {
        postgres.execute(
                DATABASE,
                "create table large (id bigint primary key, word text)",
                "insert into large select n, 'word ' || n from generate_series(1, 40000) n");
        copy();
        postgres.execute(DATABASE, "insert into large select n, 'new' from generate_series(40001, 40010) n");
        List<String> told = new ArrayList<>();

        Loss loss = data.compare(
                system,
                store,
                COPY,
                TAKEN_AT,
                new Depth(1_000, Long.MAX_VALUE, 1),
                LostRows.NONE,
                (percent, doing) -> told.add(doing));

        assertThat(table(loss, "public.large").onlyLive()).isEqualTo(10);
        assertThat(told)
                .filteredOn(each -> each.contains("rows of public.large, range"))
                .hasSize(1);
    }

    @Test
    void saysThatItIsAnEstimateAndBoundsIt() {
        postgres.execute(
                DATABASE,
                "create table huge (id bigint primary key, word text)",
                "insert into huge select n, 'word ' || n from generate_series(1, 60000) n");
        copy();
        postgres.execute(
                DATABASE,
                "insert into huge select n, 'new' from generate_series(60001, 66000) n",
                "update huge set word = 'changed' where id % 100 = 0 and id <= 60000");
        Rows rows = new Rows();

        Loss loss = measure(new Depth(1_000, 50_000, 6_000), rows);

        TableLoss huge = table(loss, "public.huge");
        assertThat(loss.estimated()).isTrue();
        assertThat(huge.live()).isEqualTo(66_000);
        assertThat(huge.backup()).isEqualTo(60_000);
        assertThat(huge.estimate().read()).isBetween(4_000L, 8_000L);
        assertThat(huge.onlyLive()).isBetween(6_000L, huge.onlyLiveAtMost());
        assertThat(huge.onlyLiveAtMost()).isBetween(6_000L, 7_500L);
        assertThat(huge.changed()).isBetween(250L, 1_000L);
        assertThat(huge.changedAtMost()).isBetween(600L, 1_500L);
        assertThat(rows.all).isNotEmpty().allMatch(each -> each.startsWith("public.huge"));
        assertThat(table(loss, "public.orders").estimate()).isNull();
    }

    @Test
    void samplesTablesWithoutAKeyToo() {
        postgres.execute(
                DATABASE,
                "create table lines (word text)",
                "insert into lines select 'line ' || n from generate_series(1, 20000) n");
        copy();
        postgres.execute(DATABASE, "insert into lines select 'new ' || n from generate_series(1, 2000) n");

        TableLoss lines = table(measure(new Depth(1_000, 10_000, 2_000), LostRows.NONE), "public.lines");

        assertThat(lines.by()).isEqualTo(ComparedBy.CONTENT);
        assertThat(lines.onlyLive()).isBetween(2_000L, 3_500L);
        assertThat(lines.onlyLiveAtMost()).isGreaterThanOrEqualTo(lines.onlyLive());
    }

    @Test
    void measuresADatabaseAsOfOneMoment() throws SQLException {
        copy();
        try (Connection writer = postgres.connect(DATABASE)) {
            writer.setAutoCommit(false);
            Sql.run(writer, "insert into orders (customer, price) values (1, 1)");

            assertThat(measure(Depth.EVERY_ROW, LostRows.NONE).onlyLive()).isZero();
            writer.rollback();
        }
    }
}
