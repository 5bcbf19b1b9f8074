package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backups that must not be loaded: each is refused by its code, by verify, by a load and by a trial restore, and the live
 * rows stay as they are, bit for bit. What is wrong with manifests, keys and times is in JdbcBackupLedgerTest and
 * SourceCheckTest.
 */
@Tag("postgresql")
@Tag("long")
class PostgresRefusalsTest {
    private static final String BESIDE = "shop_next_inc_1";
    private static final String TRIAL = "shop_trial_1";

    @TempDir
    Path directory;

    private TestPostgres postgres;
    private PostgresDataStore data;
    private ManagedSystem system;
    private Store store;
    private Part part;
    private Path file;
    private String before;

    @BeforeEach
    void backUp() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        data = new PostgresDataStore(postgres.secrets(), null);
        system = postgres.system();
        store = postgres.store();
        part = data.backUp(system, store, directory, Progress.NONE);
        file = directory.resolve(part.file());
        postgres.execute(DATABASE, "delete from orders where id % 3 = 0");
        before = postgres.fingerprint(DATABASE);
    }

    @AfterEach
    void nothingWasTouched() throws IOException {
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(before);
        assertThat(postgres.databases()).containsExactly(DATABASE);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).noneMatch(each -> each.getFileName().toString().startsWith(".unpacked"));
        }
    }

    /** Spoils a backup; gives the part as a manifest would describe it then. */
    @FunctionalInterface
    interface Spoiling {
        Part spoil(PostgresRefusalsTest test) throws IOException;
    }

    static Stream<Arguments> spoiled() {
        return Stream.concat(
                Stream.of(
                        row("missing", ErrorCode.BACKUP_MISSING, test -> {
                            Files.delete(test.file);
                            return test.part;
                        }),
                        row("cut to nothing", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(0)),
                        row("cut to 1 %", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(1)),
                        row("cut to a half", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(50)),
                        row("cut to 99 %", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(99)),
                        row("cut to 60 %, manifest fits", ErrorCode.BACKUP_TRUNCATED, test -> test.cutFitting(60)),
                        row("cut to 99 %, manifest fits", ErrorCode.BACKUP_TRUNCATED, test -> test.cutFitting(99)),
                        row(
                                "cut right behind a table, manifest fits",
                                ErrorCode.BACKUP_TRUNCATED,
                                PostgresRefusalsTest::cutBehindATable),
                        row("longer", ErrorCode.BACKUP_ALTERED, test -> {
                            byte[] whole = Files.readAllBytes(test.file);
                            Files.write(test.file, Arrays.copyOf(whole, whole.length + 1));
                            return test.part;
                        }),
                        row(
                                "another checksum in the manifest",
                                ErrorCode.BACKUP_ALTERED,
                                test -> test.with("0".repeat(64), test.part.rows(), test.part.serverVersion())),
                        row("of another store", ErrorCode.BACKUP_WRONG_SYSTEM, PostgresRefusalsTest::ofAnotherStore),
                        row("of another database", ErrorCode.BACKUP_WRONG_SYSTEM, test -> test.header("shop", 'c')),
                        row(
                                "of a newer server, by the manifest",
                                ErrorCode.BACKUP_NEWER_SERVER,
                                test -> test.with(test.part.sha256(), test.part.rows(), "17.2")),
                        row(
                                "of a newer server, by the file",
                                ErrorCode.BACKUP_NEWER_SERVER,
                                test -> test.header("15.", '2')),
                        row(
                                "no archive",
                                ErrorCode.BACKUP_NOT_LOADABLE,
                                test -> test.fitting(
                                        "-- a plain dump\n".repeat(100).getBytes(StandardCharsets.UTF_8))),
                        row("mode 000", ErrorCode.BACKUP_UNREADABLE, test -> {
                            Files.setPosixFilePermissions(test.file, PosixFilePermissions.fromString("---------"));
                            return test.part;
                        }),
                        row("a link to the same file", ErrorCode.BACKUP_NOT_A_FILE, test -> {
                            Path elsewhere = Files.move(test.file, test.directory.resolve("elsewhere.dump"));
                            Files.createSymbolicLink(test.file, elsewhere);
                            return test.part;
                        }),
                        row("a pipe", ErrorCode.BACKUP_NOT_A_FILE, PostgresRefusalsTest::pipe),
                        row("a folder", ErrorCode.BACKUP_NOT_A_FILE, test -> {
                            Files.delete(test.file);
                            Files.createDirectory(test.file);
                            return test.part;
                        }),
                        row("outside the directory", ErrorCode.BACKUP_NOT_A_FILE, test -> test.part.at("../db.dump")),
                        row("in a linked folder", ErrorCode.BACKUP_NOT_A_FILE, PostgresRefusalsTest::inALinkedFolder),
                        row("a table too many in the manifest", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                            Map<String, Long> rows = new TreeMap<>(test.part.rows());
                            rows.put("public.invoices", 12L);
                            return test.with(test.part.sha256(), rows, test.part.serverVersion());
                        })),
                // Somewhere in the header, the table of contents, the data.
                Stream.of(0, 7, 20, 33, 48, 61, 77, 85, 93, 99)
                        .map(percent -> row(
                                "one bit flipped at " + percent + " %",
                                ErrorCode.BACKUP_ALTERED,
                                test -> test.flipped(percent))));
    }

    private static Arguments row(String what, ErrorCode code, Spoiling spoiling) {
        return Arguments.of(what, code, spoiling);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("spoiled")
    void refusesBeforeAnythingIsTouched(String what, ErrorCode code, Spoiling spoiling) throws IOException {
        Part refused = spoiling.spoil(this);

        assertThat(catchThrowableOfType(Refusal.class, () -> data.verify(system, store, refused, directory)))
                .describedAs("verify")
                .extracting(Refusal::code)
                .isEqualTo(code);
        notLoaded(code, refused);
        if (Files.exists(file) && Files.isRegularFile(file)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private void notLoaded(ErrorCode code, Part refused) {
        Refusal refusal = catchThrowableOfType(
                Refusal.class, () -> data.loadBeside(system, store, refused, directory, BESIDE, Progress.NONE));
        assertThat(refusal).describedAs("load").isNotNull();
        assertThat(refusal.hint()).isNotBlank();
        Refusal tried = catchThrowableOfType(
                Refusal.class,
                () -> data.tryRestore(system, store, refused, directory, TRIAL, List.of(), Progress.NONE));
        assertThat(tried).describedAs("trial").isNotNull();
        assertThat(List.of(refusal.code(), tried.code())).containsExactly(code, code);
    }

    private Part with(String sha256, Map<String, Long> rows, String serverVersion) {
        return new Part(part.storeId(), part.file(), part.bytes(), sha256, rows, part.schemaVersion(), serverVersion);
    }

    /** As a forger would: the manifest fits the damaged file. */
    private Part fitting(byte[] content) throws IOException {
        Files.write(file, content);
        return new Part(
                part.storeId(),
                part.file(),
                content.length,
                BackupFile.sha256(file),
                part.rows(),
                part.schemaVersion(),
                part.serverVersion());
    }

    private Part cut(int percent) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, (int) (whole.length * (long) percent / 100)));
        return part;
    }

    private Part cutFitting(int percent) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        return fitting(Arrays.copyOf(whole, (int) (whole.length * (long) percent / 100)));
    }

    private Part cutBehindATable() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        // A data block ends with a chunk of length 0: sign byte and four zeros; the next begins with block type 1.
        int end = -1;
        for (int i = whole.length / 2; i < whole.length - 6; i++) {
            boolean zeros = whole[i] == 0 && whole[i + 1] == 0 && whole[i + 2] == 0 && whole[i + 3] == 0;
            if (zeros && whole[i + 4] == 0 && whole[i + 5] == 1) {
                end = i + 5;
            }
        }
        assertThat(end).isPositive();
        return fitting(Arrays.copyOf(whole, end));
    }

    private Part flipped(int percent) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        whole[(int) (whole.length * (long) percent / 100)] ^= 1;
        Files.write(file, whole);
        return part;
    }

    /** Changes the last character of a text in the archive's header. */
    private Part header(String text, char instead) throws IOException {
        byte[] changed = Files.readAllBytes(file);
        String header = new String(changed, 0, 200, StandardCharsets.ISO_8859_1);
        changed[header.indexOf(text)] = (byte) instead;
        return fitting(changed);
    }

    private Part ofAnotherStore() {
        return new Part(
                "other",
                part.file(),
                part.bytes(),
                part.sha256(),
                part.rows(),
                part.schemaVersion(),
                part.serverVersion());
    }

    private Part pipe() throws IOException {
        Files.delete(file);
        try {
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                    .isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return part;
    }

    private Part inALinkedFolder() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Files.move(file, real.resolve(part.file()));
        Files.createSymbolicLink(directory.resolve("linked"), real);
        return part.at("linked/" + part.file());
    }

    @Test
    void refusesAManifestWithOtherFigures() {
        Map<String, Long> rows = new TreeMap<>(part.rows());
        rows.put("public.orders", 4999L);
        notLoaded(ErrorCode.BACKUP_NOT_LOADABLE, with(part.sha256(), rows, part.serverVersion()));
        notLoaded(ErrorCode.BACKUP_NOT_LOADABLE, part.seen(part.rows(), "6"));
    }

    @Test
    void refusesAFileThatIsSwappedBetweenCheckAndUse() throws IOException {
        // Just as valid, and of the same size even: only that it is not the one that was checked.
        Path other = directory.resolve("other.dump");
        Files.copy(file, other);
        Progress swapping = (percent, doing) -> {
            try {
                if (Files.exists(other)) {
                    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };

        assertThat(catchThrowableOfType(
                        Refusal.class, () -> data.loadBeside(system, store, part, directory, BESIDE, swapping)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.BACKUP_SWAPPED);
    }

    @Test
    void refusesAFileThatIsWrittenToBetweenCheckAndUse() throws IOException {
        var modified = Files.getLastModifiedTime(file);
        Progress writing = (percent, doing) -> {
            try {
                byte[] same = Files.readAllBytes(file);
                Files.write(file, same);
                Files.setLastModifiedTime(file, modified);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };

        assertThat(catchThrowableOfType(
                        Refusal.class, () -> data.loadBeside(system, store, part, directory, BESIDE, writing)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.BACKUP_SWAPPED);
    }

    @Test
    void refusesAValidBackupOfNothing() {
        postgres.execute(DATABASE, "truncate orders, customers, tags, notes, schema_version");
        Part empty = data.backUp(system, store, directory, Progress.NONE);
        before = postgres.fingerprint(DATABASE);

        data.verify(system, store, empty, directory);
        notLoaded(ErrorCode.BACKUP_EMPTY, empty);
        notLoaded(ErrorCode.BACKUP_EMPTY, empty.seen(null, null));
    }

    @Test
    void leavesNothingBehindWhenTheServerRefusesTheContent() {
        postgres.execute("postgres", "drop role if exists gone_tomorrow", "create role gone_tomorrow");
        postgres.execute(DATABASE, "alter table notes owner to gone_tomorrow");
        Part owned = data.backUp(system, store, directory, Progress.NONE);
        postgres.execute(DATABASE, "alter table notes owner to postgres", "drop role gone_tomorrow");

        notLoaded(ErrorCode.BACKUP_NOT_LOADABLE, owned);
    }

    @Test
    void describesWhatItWrites() {
        assertThat(part.format()).isEqualTo(Format.CUSTOM);
        assertThat(part.snapshotAt()).isBeforeOrEqualTo(java.time.Instant.now());
        assertThat(part.schemaVersion()).isEqualTo("7");
    }
}
