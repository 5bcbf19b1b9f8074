package dev.sternway.adapter.sqlite;

import static dev.sternway.adapter.sqlite.SqliteWorld.BESIDE;
import static dev.sternway.adapter.sqlite.SqliteWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.ComparedBy;
import dev.sternway.port.DataStore.Depth;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStore.RowTimes;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.DataStore.Trial;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A SQLite store on real files, there and back. */
class SqliteDataStoreTest {
    @TempDir
    Path root;

    private SqliteWorld world;

    @BeforeEach
    void aShop() {
        world = new SqliteWorld(root);
    }

    @Test
    void takesTheWayThereAndBack() throws Exception {
        String good = SqliteWorld.content(world.live);
        Files.setPosixFilePermissions(world.live, PosixFilePermissions.fromString("rw-rw----"));
        String first = world.data.identify(world.system, world.store).identity();
        Part part = world.backUp();
        assertThat(part.rows()).isEqualTo(Map.of("main.orders", 500L, "main.migrations", 1L, "main.log", 3L));
        assertThat(part.schemaVersion()).isEqualTo("1");
        world.upgrade().close();
        String bad = SqliteWorld.content(world.live);

        assertThat(world.data.obstacles(world.system, world.store)).isEmpty();
        world.load(part);
        assertThat(world.data.aside(world.system, world.store, BESIDE))
                .get()
                .satisfies(aside -> assertThat(aside.stage()).isEqualTo(Stage.LOADED))
                .satisfies(aside -> assertThat(aside.backupSha256()).isEqualTo(part.sha256()));
        assertThat(SqliteWorld.content(world.live)).isEqualTo(bad);
        assertThat(world.data.copies(world.system, world.store)).containsExactly(BESIDE);

        assertThat(world.data
                        .examine(
                                world.system,
                                world.store,
                                BESIDE,
                                List.of(new Question("orders", "select count(*) from orders", "499")),
                                Progress.NONE)
                        .orElseThrow()
                        .faults())
                .containsExactly("'orders' gives '500' instead of '499'");

        Loss loss = world.data.compare(world.system, world.store, BESIDE, Instant.now(), Progress.NONE);
        assertThat(loss.tables())
                .containsExactly(
                        new TableLoss("main.log", 5, 3, 2, 0, ComparedBy.CONTENT, null, null),
                        new TableLoss("main.migrations", 2, 1, 1, 0),
                        new TableLoss("main.orders", 501, 500, 1, 10));

        assertThat(world.swap()).isPositive();
        assertThat(SqliteWorld.content(world.live)).isEqualTo(good);
        assertThat(world.ask("select max(version) from migrations")).isEqualTo("1");
        assertThat(Files.getPosixFilePermissions(world.live)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(SqliteWorld.content(world.folder.resolve(KEPT))).isEqualTo(bad);
        Aside kept = world.data.aside(world.system, world.store, KEPT).orElseThrow();
        assertThat(kept.stage()).isEqualTo(Stage.KEPT);
        assertThat(kept.identity()).isEqualTo(first);
        assertThat(kept.replacedBy())
                .isEqualTo(world.data.identify(world.system, world.store).identity());
        assertThat(world.swap()).as("done already").isZero();

        SqliteWorld.run(world.live, "insert into orders values (900, 1, 'after the restore')");
        assertThat(world.data.swap(world.system, world.store, KEPT, BESIDE)).isPositive();
        assertThat(SqliteWorld.content(world.live)).isEqualTo(bad);
        assertThat(world.data
                        .aside(world.system, world.store, BESIDE)
                        .orElseThrow()
                        .stage())
                .isEqualTo(Stage.KEPT);
        assertThat(world.data.aside(world.system, world.store, KEPT)).isEmpty();

        world.data.discard(world.system, world.store, BESIDE);
        world.data.discard(world.system, world.store, BESIDE);
        assertThat(world.names()).allMatch(name -> name.matches("shop\\.sqlite(-wal|-shm)?"));
        assertThat(SqliteWorld.content(world.live)).isEqualTo(bad);
    }

    /** The rows as they come. */
    private static final class Rows implements LostRows {
        final List<String> all = new ArrayList<>();
        private String table;

        @Override
        public boolean full() {
            return false;
        }

        @Override
        public void table(String name, List<String> columns) {
            table = name;
        }

        @Override
        public void row(Why why, List<String> values) {
            all.add(table + " " + why + " " + values);
        }
    }

    @Test
    void givesTheRowsThatWouldBeLostAndTheirTimes() {
        SqliteWorld.run(
                world.live,
                "create table events (id integer primary key, at text, seconds integer, data blob)",
                "insert into events values (1, '2026-11-20T09:00:00Z', 1795165200, x'00')");
        Part part = world.backUp();
        SqliteWorld.run(
                world.live,
                "insert into events values (2, '2026-11-20T11:00:00Z', 1795172400, x'00ff')",
                "insert into log values ('a'), ('c')",
                "create table coupons (id integer primary key)",
                "insert into coupons values (1)",
                "update orders set note = null where id = 7");
        world.load(part);
        Rows rows = new Rows();

        Loss loss = compare(Map.of("main.events", "at", "main.orders", "no_such_column"), rows);

        assertThat(rows.all)
                .containsExactlyInAnyOrder(
                        "main.coupons ONLY_LIVE [1]",
                        "main.events ONLY_LIVE [2, 2026-11-20T11:00:00Z, 1795172400, \\x00ff]",
                        "main.log ONLY_LIVE [a]",
                        "main.log ONLY_LIVE [c]",
                        "main.orders CHANGED [7, 10.5, null]");
        assertThat(loss.tables())
                .contains(new TableLoss(
                        "main.events",
                        2,
                        1,
                        1,
                        0,
                        ComparedBy.KEY,
                        new RowTimes("at", "2026-11-20T11:00:00Z", "2026-11-20T09:00:00Z", 1L),
                        null))
                .contains(new TableLoss("main.orders", 500, 500, 0, 1));
        assertThat(compare(Map.of("main.events", "seconds"), new Rows()).tables())
                .filteredOn(table -> table.table().equals("main.events"))
                .extracting(TableLoss::times)
                .containsExactly(new RowTimes("seconds", "1795172400", "1795165200", 1L));
    }

    private Loss compare(Map<String, String> timeColumns, LostRows rows) {
        return world.data.compare(
                world.system,
                world.store.withTimeColumns(timeColumns),
                BESIDE,
                Instant.parse("2026-11-20T10:00:00Z"),
                Depth.EVERY_ROW,
                rows,
                Progress.NONE);
    }

    @Test
    void backsUpWhatStandsInTheJournalOnly() throws Exception {
        try (Connection application = world.upgrade()) {
            assertThat(Files.size(world.folder.resolve("shop.sqlite-wal"))).isPositive();

            Part part = world.backUp();

            assertThat(part.rows()).containsEntry("main.orders", 501L);
            assertThat(part.schemaVersion()).isEqualTo("2");
        }
    }

    @Test
    void doesNotSwapWhileAnotherProcessHoldsTheFileOpen() throws Exception {
        Part part = world.backUp();
        world.load(part);
        Process holder = new ProcessBuilder("tail", "-f", world.live.toString()).start();
        try {
            String before = world.fingerprint();
            assertThatThrownBy(world::swap).isInstanceOfSatisfying(Refusal.class, refusal -> {
                assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_IN_USE);
                assertThat(refusal.getMessage()).contains(holder.pid() + " tail");
            });
            assertThat(world.fingerprint()).isEqualTo(before);
        } finally {
            holder.destroyForcibly();
            holder.waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(world.swap()).isPositive();
    }

    @Test
    void doesNotSwapWhileAConnectionIsInTheMiddleOfAWrite() throws Exception {
        Part part = world.backUp();
        world.load(part);
        try (Connection application = world.upgrade()) {
            application.setAutoCommit(false);
            application.createStatement().execute("insert into orders values (777, 1, 'half way')");

            assertThatThrownBy(world::swap)
                    .isInstanceOfSatisfying(
                            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_IN_USE));
            application.rollback();
        }
        assertThat(world.data.aside(world.system, world.store, KEPT)).isEmpty();
        assertThat(world.ask("select count(*) from orders")).isEqualTo("501");
    }

    /** Who cannot see other users' processes finds it by the log that only the last connection takes away. */
    @Test
    void doesNotSwapWhileAConnectionIsOpenThatDoesNothing() throws Exception {
        Part part = world.backUp();
        world.load(part);
        try (Connection application = world.upgrade()) {
            assertThatThrownBy(world::swap).isInstanceOfSatisfying(Refusal.class, refusal -> {
                assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_IN_USE);
                assertThat(refusal.getMessage()).contains("shop.sqlite-wal");
            });
            application.createStatement().execute("insert into orders values (777, 1, 'not lost')");
        }
        assertThat(world.data.aside(world.system, world.store, KEPT)).isEmpty();
        assertThat(world.ask("select count(*) from orders")).isEqualTo("502");

        assertThat(world.swap()).isPositive();
        assertThat(SqliteWorld.content(world.folder.resolve(KEPT))).contains("777|1.0|'not lost'");
    }

    /** What PostgreSQL's sequences do: a customer was told the number of an order that the restore took back. */
    @Test
    void givesNoIdOutAgainThatWasGivenOutBeforeTheRestore() {
        SqliteWorld.run(
                world.live,
                "create table invoices (id integer primary key autoincrement, note text)",
                "create table letters (id integer primary key autoincrement, note text)",
                "insert into invoices (note) values ('a'), ('b'), ('c')");
        Part part = world.backUp();
        SqliteWorld.run(
                world.live,
                "insert into invoices (note) values ('d'), ('e'), ('f')",
                "delete from invoices where id = 6",
                "insert into letters (note) values ('to carla'), ('to dan')",
                "create table added (id integer primary key autoincrement)",
                "insert into added values (12)");
        world.load(part);

        world.swap();

        assertThat(world.data.rows(world.system, world.store)).isEqualTo(part.rows());
        SqliteWorld.run(world.live, "insert into invoices (note) values ('g')", "insert into letters default values");
        assertThat(world.ask("select max(id) from invoices")).isEqualTo("7");
        assertThat(world.ask("select max(id) from letters")).isEqualTo("3");
        assertThat(world.ask("select count(*) from sqlite_sequence where name = 'added'"))
                .isEqualTo("0");

        world.data.swap(world.system, world.store, KEPT, BESIDE);
        SqliteWorld.run(world.live, "insert into invoices (note) values ('h')");
        assertThat(world.ask("select max(id) from invoices")).isEqualTo("8");
        assertThat(world.ask("select seq from sqlite_sequence where name = 'added'"))
                .isEqualTo("12");
    }

    @Test
    void asksForRoomBeforeItTriesABackup() {
        Part part = world.backUp();
        Part huge = new Part(
                part.storeId(),
                part.file(),
                Long.MAX_VALUE / 2,
                part.sha256(),
                part.rows(),
                part.schemaVersion(),
                part.serverVersion(),
                part.format(),
                part.snapshotAt());

        assertThatThrownBy(() -> world.data.tryRestore(
                        world.system,
                        world.store,
                        huge,
                        world.backups,
                        "shop.sqlite_trial_1",
                        List.of(),
                        Progress.NONE))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.DISK_TOO_SMALL);
                    assertThat(refusal.getMessage()).contains("bytes left, a copy needs");
                });
        assertThat(world.names()).noneMatch(name -> name.contains("trial"));
    }

    /** The sources' way, a copy over a file whose journal was left, brings the bad rows back (performance, finding 6). */
    @Test
    void leavesNoJournalThatWouldBringTheBadRowsBack() throws Exception {
        String good = SqliteWorld.content(world.live);
        Part part = world.backUp();
        // A process that died: its journal is left, with the bad rows in it.
        Connection died = world.upgrade();
        Path copy = Files.createDirectory(root.resolve("crashed"));
        for (String suffix : List.of("", "-wal")) {
            Files.copy(world.folder.resolve("shop.sqlite" + suffix), copy.resolve("shop.sqlite" + suffix));
        }
        died.close();
        for (String suffix : List.of("", "-wal")) {
            Files.move(
                    copy.resolve("shop.sqlite" + suffix),
                    world.folder.resolve("shop.sqlite" + suffix),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        world.load(part);

        world.swap();

        assertThat(world.names()).doesNotContain("shop.sqlite-wal");
        assertThat(SqliteWorld.content(world.live)).isEqualTo(good);
        assertThat(SqliteWorld.content(world.folder.resolve(KEPT))).contains("501|9.0|'new'");
    }

    @Test
    void losesNoRowsThatStandInTheJournalOfAKeptDatabase() throws Exception {
        Part part = world.backUp();
        world.load(part);
        world.swap();
        Files.write(world.folder.resolve(KEPT + "-wal"), new byte[32]);

        assertThatThrownBy(() -> world.data.swap(world.system, world.store, KEPT, BESIDE))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.getMessage()).contains(KEPT + "-wal"));
    }

    @Test
    void touchesNothingWhenItsMandateIsGone() {
        world.load(world.backUp());
        String before = world.fingerprint();

        assertThatThrownBy(() -> Mandate.during(
                        () -> {
                            throw new OutsideException("another node has it");
                        },
                        world::swap))
                .hasMessageContaining("another node has it");

        assertThat(world.fingerprint()).isEqualTo(before);
        assertThat(world.names()).doesNotContain(KEPT);
    }

    @Test
    void triesABackupBesideAndLeavesNothing() {
        Part part = world.backUp();
        String before = world.fingerprint();

        Trial good = world.data.tryRestore(
                world.system,
                world.store,
                part,
                world.backups,
                "shop.sqlite_trial_1",
                List.of(new Question("orders", "select count(*) from orders", "500")),
                Progress.NONE);
        Trial bad = world.data.tryRestore(
                world.system,
                world.store,
                part,
                world.backups,
                "shop.sqlite_trial_1",
                List.of(new Question("orders", "select count(*) from orders", "7")),
                Progress.NONE);

        assertThat(good.faults()).isEmpty();
        assertThat(good.rows()).isEqualTo(part.rows());
        assertThat(bad.faults()).containsExactly("'orders' gives '500' instead of '7'");
        assertThat(world.names()).noneMatch(name -> name.contains("trial"));
        assertThat(world.fingerprint()).isEqualTo(before);
    }

    @Test
    void adoptsAFileOfAnotherProgramButNotOneWithoutItsJournal() throws Exception {
        Path other = root.resolve("nightly.db");
        SqliteWorld.run(world.live, "vacuum into '" + other + "'");

        var adopted = world.data.adopt(world.system, world.store, other, world.backups.resolve("adopted"));
        world.data.verify(world.system, world.store, adopted.part(), world.backups.resolve("adopted"));
        assertThat(adopted.part().rowsKnown()).isFalse();

        for (String side : List.of("-wal", "-journal")) {
            Path journal = Files.writeString(root.resolve("nightly.db" + side), "rows");
            assertThatThrownBy(() -> world.data.adopt(world.system, world.store, other, world.backups.resolve("again")))
                    .isInstanceOfSatisfying(Refusal.class, refusal -> {
                        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
                        assertThat(refusal.getMessage()).contains("nightly.db" + side);
                    });
            Files.delete(journal);
        }
        Files.createFile(root.resolve("nightly.db-journal"));
        world.data.adopt(world.system, world.store, other, world.backups.resolve("again"));
    }

    @Test
    void neverDiscardsWhatItDidNotMake() throws Exception {
        Path foreign = Files.writeString(world.folder.resolve(BESIDE), "somebody's");

        assertThatThrownBy(() -> world.data.discard(world.system, world.store, BESIDE))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> world.load(world.backUp()))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN));
        assertThatThrownBy(() -> world.data.discard(world.system, world.store, "../shop.sqlite"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(foreign).hasContent("somebody's");
    }
}
