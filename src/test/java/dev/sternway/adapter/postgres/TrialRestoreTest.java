package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Adopted;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStore.Trial;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups are restored beside on trial, dumps of other programs are adopted, and the live rows stay bit for bit. */
@Tag("postgresql")
@Tag("long")
class TrialRestoreTest {
    private static final String TRIAL = "shop_trial_1a2b3c4d";
    private static final Question GOOD = new Question("positive", "select count(*) from orders where price < 0", "0");

    @TempDir
    Path directory;

    @TempDir
    Path elsewhere;

    private TestPostgres postgres;
    private PostgresDataStore data;
    private ManagedSystem system;
    private Store store;
    private String before;
    private Map<String, Long> rows;

    @BeforeEach
    void openTheShop() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        postgres.execute(
                DATABASE,
                "create function twice(n int) returns int language sql begin atomic select n * 2; end",
                "create function quoted() returns text language plpgsql as "
                        + "$$ begin return 'a;b' || E'\\\\' || '\\connect x'; end $$",
                "comment on table notes is 'it''s; a \\connect -- not a command'",
                "insert into notes values (E'back\\\\slash\\ttab\\nline', 1)");
        data = new PostgresDataStore(postgres.secrets(), null);
        system = postgres.system();
        store = postgres.store();
        rows = data.rows(system, store);
        before = postgres.fingerprint(DATABASE);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(before);
        assertThat(postgres.databases()).containsExactly(DATABASE);
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files).noneMatch(each -> each.getFileName().toString().contains("unpacked"));
        }
    }

    private Trial tried(Part part, Question... questions) {
        return data.tryRestore(system, store, part, directory, TRIAL, List.of(questions), Progress.NONE);
    }

    private static ErrorCode refusedBy(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Refusal refusal = catchThrowableOfType(Refusal.class, call);
        assertThat(refusal).isNotNull();
        return refusal.code();
    }

    @Test
    void looksAtRowsIndexesPagesAndQuestionsOfTheCopy() {
        Part part = data.backUp(system, store, directory, Progress.NONE);

        Trial trial = tried(part, GOOD);

        assertThat(trial.faults()).isEmpty();
        assertThat(trial.rows()).isEqualTo(rows);
        assertThat(trial.schemaVersion()).isEqualTo("7");
        assertThat(trial.load()).isPositive();
        assertThat(trial.bytes()).isGreaterThan(1_000_000);
        assertThat(trial.findings())
                .anyMatch(each -> each.matches("\\d+ indexes and tables looked through by amcheck"))
                .anyMatch(each -> each.equals("check 'positive' answers '0'"))
                .anyMatch(each -> each.matches("\\d+ indexes valid"));
    }

    @Test
    void tellsWhatIsWrongWithTheCopy() {
        Part part = data.backUp(system, store, directory, Progress.NONE);

        Trial trial = tried(
                part,
                new Question("many", "select count(*) from orders", "1"),
                new Question("gone", "select count(*) from no_such_table", "0"));

        assertThat(trial.faults())
                .hasSize(2)
                .anyMatch(each -> each.contains("check 'many' answers '5000', wanted '1'"))
                .anyMatch(each -> each.contains("check 'gone' fails"));
    }

    @Test
    void leavesNothingInACopyThatMayBecomeTheLiveDatabase() {
        Part part = data.backUp(system, store, directory, Progress.NONE);
        data.loadBeside(system, store, part, directory, TRIAL, Progress.NONE);
        String copy = postgres.fingerprint(TRIAL);
        String things = "select string_agg(extname, ',' order by extname) || '/' || (select string_agg(nspname, ','"
                + " order by nspname) from pg_namespace where nspname !~ '^pg_') from pg_extension";
        String extensions = postgres.value(TRIAL, things);

        Trial look = data.examine(
                        system,
                        store,
                        TRIAL,
                        List.of(GOOD, new Question("many", "select count(*) from orders", "1")),
                        Progress.NONE)
                .orElseThrow();

        assertThat(look.findings()).anyMatch(each -> each.matches("\\d+ indexes and tables looked through by amcheck"));
        assertThat(look.faults()).singleElement().asString().contains("check 'many' answers '5000', wanted '1'");
        assertThat(look.rows()).isEqualTo(rows);
        assertThat(postgres.fingerprint(TRIAL)).isEqualTo(copy);
        assertThat(postgres.value(TRIAL, things)).isEqualTo(extensions);
        assertThat(data.aside(system, store, TRIAL).orElseThrow().stage()).isEqualTo(Stage.LOADED);
        data.discard(system, store, TRIAL);
    }

    @Test
    void takesAwayWhatAKilledTrialLeftBeforeItMeasures() {
        Part part = data.backUp(system, store, directory, Progress.NONE);
        data.loadBeside(system, store, part, directory, TRIAL, Progress.NONE);
        String old = postgres.value("postgres", "select oid from pg_database where datname = '" + TRIAL + "'");
        assertThat(data.copies(system, store)).containsExactly(TRIAL);

        assertThat(tried(part).faults()).isEmpty();
        assertThat(old).isNotNull();
        assertThat(data.copies(system, store)).isEmpty();
    }

    @Test
    void leavesADatabaseAloneThatOnlyHasTheName() {
        Part part = data.backUp(system, store, directory, Progress.NONE);
        postgres.execute("postgres", "create database " + TRIAL);
        postgres.execute(TRIAL, "create table somebody_elses (n int)");

        assertThat(refusedBy(() -> tried(part))).isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN);
        assertThat(data.aside(system, store, TRIAL).orElseThrow().stage()).isEqualTo(Stage.UNKNOWN);
        postgres.execute("postgres", "drop database " + TRIAL);
    }

    // adoption

    private Path dump(String name, String... options) {
        Path file = elsewhere.resolve(name);
        List<String> command = new java.util.ArrayList<>(List.of("/usr/lib/postgresql/15/bin/pg_dump"));
        command.addAll(List.of(options));
        command.addAll(List.of("-h", "127.0.0.1", "-p", String.valueOf(postgres.port), "-U", "postgres"));
        command.addAll(List.of("-f", file.toString(), DATABASE));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("PGPASSWORD", TestPostgres.PASSWORD);
        try {
            assertThat(builder.start().waitFor()).isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return file;
    }

    private static Path gzip(Path file, String name) throws IOException {
        Path gz = file.resolveSibling(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
            Files.copy(file, out);
        }
        return gz;
    }

    private static void changed(Path file, String at) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse(at)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Adopted adopted(Path source) {
        Adopted adopted = data.adopt(system, store, source, directory);
        data.verify(system, store, adopted.part(), directory);
        return adopted;
    }

    @ParameterizedTest
    @CsvSource({
        "dump.sql, CUSTOM, -Fc", // the name says nothing, the content does
        "backup-20261118-031500.dump, CUSTOM, -Fc",
        "folder, DIRECTORY, -Fd",
        "db-backup-1.sql, PLAIN, -Fp",
        "inserts.sql, PLAIN, --inserts"
    })
    @Tag("S3-01")
    void adoptsWhatPgDumpWrites(String name, Format format, String option) {
        Path dump = dump(name, option);
        if (name.startsWith("backup-")) {
            changed(dump, "2026-11-18T02:15:04Z");
        }
        Adopted adopted = adopted(dump);

        assertThat(adopted.part().format()).isEqualTo(format);
        assertThat(adopted.part().rowsKnown()).isFalse();
        assertThat(tried(adopted.part(), GOOD).rows()).isEqualTo(rows);
        assertThat(tried(adopted.part()).faults()).isEmpty();
        if (name.startsWith("backup-")) {
            assertThat(adopted.takenAt()).isEqualTo(Instant.parse("2026-11-18T03:15:00Z"));
        }
    }

    @Test
    void adoptsPackedSqlAndWhatScriptsPackIntoArchives() throws IOException {
        Path sql = dump("shop.sql");
        Path gz = gzip(sql, "shop.sql.gz");
        assertThat(tried(adopted(gz).part()).rows()).isEqualTo(rows);

        Path tar = tar("backup-20261118-031500.tar.gz", out -> {
            entry(out, "backup/config.json", "{}".getBytes(StandardCharsets.UTF_8));
            entry(out, "backup/database/dump.sql", Files.readAllBytes(sql));
        });
        changed(tar, "2026-11-18T08:15:04Z");
        Adopted adopted = adopted(tar);
        assertThat(adopted.takenAt())
                .as("its name is in the time of a zone west of Greenwich")
                .isEqualTo(Instant.parse("2026-11-18T08:15:04Z"));
        assertThat(adopted.part().format()).isEqualTo(Format.PLAIN);
        assertThat(tried(adopted.part()).rows()).isEqualTo(rows);

        Path several = tar("several.tar.gz", out -> {
            entry(out, "./other.sql", "x".getBytes(StandardCharsets.UTF_8));
            entry(out, "./shop.sql.gz", Files.readAllBytes(gz));
        });
        assertThat(tried(adopted(several).part()).rows()).isEqualTo(rows);

        Path folder = dump("folder", "-Fd");
        Path packed = tar("folder.tgz", out -> {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    entry(out, "data/" + file.getFileName(), Files.readAllBytes(file));
                }
            }
        });
        assertThat(tried(adopted(packed).part()).rows()).isEqualTo(rows);
    }

    /** Writes entries. */
    @FunctionalInterface
    interface Packing {
        void into(TarArchiveOutputStream out) throws IOException;
    }

    private Path tar(String name, Packing packing) throws IOException {
        Path file = elsewhere.resolve(name);
        try (TarArchiveOutputStream out =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            packing.into(out);
        }
        return file;
    }

    private static void entry(TarArchiveOutputStream out, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../../escape.sql", "/etc/cron.d/x.sql", "link", "hardlink", "device", "pipe", "nothing", "bomb"
            })
    void refusesArchivesThatLeadOutOrFillTheDisk(String what) throws IOException {
        byte[] sql = Files.readAllBytes(dump("shop.sql"));
        Path archive = tar("backup.tar.gz", out -> {
            switch (what) {
                case "link", "hardlink", "device", "pipe" -> {
                    byte type = Map.of(
                                    "link", TarConstants.LF_SYMLINK,
                                    "hardlink", TarConstants.LF_LINK,
                                    "device", TarConstants.LF_CHR,
                                    "pipe", TarConstants.LF_FIFO)
                            .get(what);
                    TarArchiveEntry bad = new TarArchiveEntry("bad.sql", type);
                    bad.setLinkName("/etc/passwd");
                    out.putArchiveEntry(bad);
                    out.closeArchiveEntry();
                    entry(out, "shop.sql", sql);
                }
                case "nothing" -> entry(out, "readme.txt", sql);
                case "bomb" -> {
                    // As an archive may claim: the size alone is refused, before anything of it is written.
                    for (int i = 0; i < 100; i++) {
                        entry(out, "zeros-" + i + ".bin", new byte[1 << 20]);
                    }
                    entry(out, "shop.sql", "-- x".getBytes(StandardCharsets.UTF_8));
                }
                default -> entry(out, what, sql);
            }
        });

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> data.adopt(system, store, archive, directory));
        if (what.equals("bomb")) {
            // 100 MB of zeros pack to 100 kB: within the quota of what gzip can do, but no dump then.
            assertThat(refusal == null ? refusedBy(() -> adopted(archive)) : refusal.code())
                    .isIn(ErrorCode.BACKUP_NOT_ADOPTABLE, ErrorCode.BACKUP_TRUNCATED);
        } else {
            assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
        }
        assertThat(elsewhere.resolve("../escape.sql")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "cut within a row, BACKUP_TRUNCATED",
        "cut behind a table, BACKUP_TRUNCATED",
        "cut within a statement, BACKUP_TRUNCATED",
        "without its last line, BACKUP_TRUNCATED",
        "two dumps, BACKUP_NOT_LOADABLE",
        "leads into the live database, BACKUP_NOT_LOADABLE",
        "leads there behind a comment, BACKUP_NOT_LOADABLE",
        "runs a program, BACKUP_NOT_LOADABLE",
        "runs a shell, BACKUP_NOT_LOADABLE",
        "drops a database, BACKUP_NOT_LOADABLE",
        "alters a role, BACKUP_NOT_LOADABLE",
        "ends its transaction, BACKUP_NOT_LOADABLE",
        "of a newer server, BACKUP_NEWER_SERVER"
    })
    void refusesSqlThatIsNotWholeOrDoesMoreThanFillOneDatabase(String what, ErrorCode code) throws IOException {
        String whole = Files.readString(dump("whole.sql"));
        int rowsEnd = whole.indexOf("\n\\.\n", whole.indexOf("COPY public.orders"));
        String end = "-- PostgreSQL database dump complete";
        String spoiled = switch (what) {
            case "cut within a row" -> whole.substring(0, rowsEnd - 7);
            case "cut behind a table" -> whole.substring(0, rowsEnd + 4);
            case "cut within a statement" -> whole.substring(0, whole.indexOf("ALTER TABLE ONLY") + 20);
            case "without its last line" -> whole.replace(end, "--");
            case "two dumps" -> whole + whole;
            case "leads into the live database" ->
                whole.replace("COPY public.orders", "\\connect shop\nCOPY public.orders");
            case "leads there behind a comment" ->
                whole.replace("COPY public.orders", "/* x */ \\c shop\nCOPY public.orders");
            case "runs a program" ->
                whole.replace(
                        "COPY public.orders", "COPY public.notes FROM PROGRAM 'touch /tmp/x';\nCOPY public.orders");
            case "runs a shell" ->
                whole.replace("COPY public.orders", "select 1 \\! touch /tmp/x\n;COPY public.orders");
            case "drops a database" -> whole.replace("COPY public.orders", "drop\ndatabase shop;\nCOPY public.orders");
            case "alters a role" ->
                whole.replace("COPY public.orders", "ALTER ROLE postgres NOLOGIN;\nCOPY public.orders");
            case "ends its transaction" -> whole.replace("COPY public.orders", "COMMIT;\nCOPY public.orders");
            case "of a newer server" -> whole.replaceFirst("from database version 15", "from database version 18");
            default -> throw new IllegalArgumentException(what);
        };
        assertThat(spoiled).isNotEqualTo(whole);
        Path file = Files.writeString(elsewhere.resolve("spoiled.sql"), spoiled);

        assertThat(refusedBy(() -> adopted(file))).isEqualTo(code);
        Part part = data.adopt(system, store, file, directory).part();
        assertThat(refusedBy(() -> tried(part))).isEqualTo(code);
    }

    @Test
    void refusesPackedSqlThatIsDamaged() throws IOException {
        byte[] gz = Files.readAllBytes(gzip(dump("shop.sql"), "shop.sql.gz"));
        Path cut = Files.write(elsewhere.resolve("cut.sql.gz"), Arrays.copyOf(gz, gz.length / 2));
        byte[] flipped = gz.clone();
        flipped[gz.length / 2] ^= 4;
        Path bit = Files.write(elsewhere.resolve("bit.sql.gz"), flipped);

        assertThat(refusedBy(() -> adopted(cut))).isEqualTo(ErrorCode.BACKUP_TRUNCATED);
        assertThat(refusedBy(() -> adopted(bit))).isIn(ErrorCode.BACKUP_NOT_LOADABLE, ErrorCode.BACKUP_TRUNCATED);
    }

    @Test
    void refusesWhatIsNoDump() throws IOException {
        Path empty = Files.createFile(elsewhere.resolve("empty.sql"));
        Path picture = Files.write(elsewhere.resolve("picture.dump"), new byte[] {1, 0, 2, 0, 3});
        Path folder = Files.createDirectory(elsewhere.resolve("not-a-dump"));

        for (Path each : List.of(empty, picture, folder)) {
            assertThat(refusedBy(() -> adopted(each))).isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
        }
        Path other = dump("other", "-Fd");
        Files.createSymbolicLink(other.resolve("9999.dat"), Path.of("/etc/passwd"));
        assertThat(refusedBy(() -> adopted(other))).isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
    }

    @Test
    void stopsAtTheFirstErrorOfAnAdoptedDump() throws IOException {
        String whole = Files.readString(dump("whole.sql"));
        Path file = Files.writeString(
                elsewhere.resolve("spoiled.sql"),
                whole.replace("COPY public.orders", "SELECT 1 / 0;\nCOPY public.orders"));

        Part part = adopted(file).part();

        assertThat(refusedBy(() -> tried(part))).isEqualTo(ErrorCode.BACKUP_NOT_LOADABLE);
    }

    // schema versions

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            create table alembic_version (version_num text)            | insert into alembic_version values ('3f2a')                        | alembic 3f2a
            create table flyway_schema_history (installed_rank int, version text, success boolean) | insert into flyway_schema_history values (1, '1', true), (2, '2.1', true), (3, '3', false) | flyway 2.1
            create table databasechangelog (id text, orderexecuted int, md5sum text) | insert into databasechangelog values ('b', 2, ''), ('a', 1, '') | liquibase b
            create table knex_migrations (id int, name text, batch int) | insert into knex_migrations values (1, '001_a', 1), (2, '002_b', 1) | knex 002_b
            create table migrations (id int, "timestamp" bigint, name text) | insert into migrations values (1, 5, 'First5'), (2, 9, 'Second9') | typeorm Second9
            create table migrations (what text)                         | insert into migrations values ('geese fly south')                  |
            """)
    void knowsTheTablesOfMigrationTools(String create, String insert, String version) {
        postgres.execute(DATABASE, create, insert);
        before = postgres.fingerprint(DATABASE);
        Store unasked = new Store(
                store.id(),
                store.kind(),
                store.service(),
                store.host(),
                store.port(),
                store.database(),
                store.user(),
                store.password(),
                null,
                false);

        Part part = data.backUp(system, unasked, directory, Progress.NONE);

        assertThat(part.schemaVersion()).isEqualTo(version);
        DataStore.Trial trial = data.tryRestore(system, unasked, part, directory, TRIAL, List.of(), Progress.NONE);
        assertThat(trial.schemaVersion()).isEqualTo(version);
    }
}
