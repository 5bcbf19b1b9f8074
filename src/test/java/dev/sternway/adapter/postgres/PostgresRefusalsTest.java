package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups that must not be loaded: each is refused by its code, and the live rows stay as they are, bit for bit. */
@Tag("postgresql")
class PostgresRefusalsTest {
    private static final String BESIDE = "shop_next_inc_1";

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
    void nothingWasTouched() {
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(before);
        assertThat(postgres.databases()).containsExactly(DATABASE);
    }

    private void refused(ErrorCode code, Part refused) {
        assertThat(catchThrowableOfType(Refusal.class, () -> data.verify(system, store, refused, directory)))
                .describedAs("verify")
                .extracting(Refusal::code)
                .isEqualTo(code);
        notLoaded(code, refused);
    }

    private void notLoaded(ErrorCode code, Part refused) {
        Refusal refusal = catchThrowableOfType(
                Refusal.class, () -> data.loadBeside(system, store, refused, directory, BESIDE, Progress.NONE));
        assertThat(refusal).describedAs("load").extracting(Refusal::code).isEqualTo(code);
        assertThat(refusal.hint()).isNotBlank();
    }

    /** As a forger would: the manifest fits the damaged file. */
    private Part fitting(byte[] content) throws IOException {
        Files.write(file, content);
        return new Part(
                part.storeId(),
                part.file(),
                content.length,
                Backups.sha256(file),
                part.rows(),
                part.schemaVersion(),
                part.serverVersion());
    }

    @Test
    void refusesAMissingFile() throws IOException {
        Files.delete(file);

        refused(ErrorCode.BACKUP_MISSING, part);
    }

    @Test
    void refusesATruncatedFile() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int percent : new int[] {0, 1, 50, 99}) {
            Files.write(file, Arrays.copyOf(whole, whole.length * percent / 100));
            refused(ErrorCode.BACKUP_TRUNCATED, part);
        }
    }

    @Test
    void refusesATruncatedFileWhoseChecksumFits() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int percent : new int[] {60, 90, 99}) {
            Part forged = fitting(Arrays.copyOf(whole, whole.length * percent / 100));
            assertThat(catchThrowableOfType(Refusal.class, () -> data.verify(system, store, forged, directory)))
                    .extracting(Refusal::code)
                    .isEqualTo(ErrorCode.BACKUP_TRUNCATED);
        }
    }

    @Test
    void refusesAFileThatEndsRightAfterATable() throws IOException {
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
        Part forged = fitting(Arrays.copyOf(whole, end));

        assertThat(catchThrowableOfType(Refusal.class, () -> data.verify(system, store, forged, directory)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.BACKUP_TRUNCATED);
    }

    @Test
    void refusesOneFlippedBitAnywhere() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += whole.length / 20) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(file, flipped);
            refused(ErrorCode.BACKUP_ALTERED, part);
        }
    }

    @Test
    void refusesAWrongChecksum() {
        refused(
                ErrorCode.BACKUP_ALTERED,
                new Part(
                        part.storeId(),
                        part.file(),
                        part.bytes(),
                        "0".repeat(64),
                        part.rows(),
                        part.schemaVersion(),
                        part.serverVersion()));
    }

    @Test
    void refusesAManifestThatListsOtherTables() {
        Map<String, Long> rows = new TreeMap<>(part.rows());
        rows.put("public.invoices", 12L);
        refused(
                ErrorCode.BACKUP_NOT_LOADABLE,
                new Part(
                        part.storeId(),
                        part.file(),
                        part.bytes(),
                        part.sha256(),
                        rows,
                        part.schemaVersion(),
                        part.serverVersion()));
    }

    @Test
    void refusesAManifestWithOtherFigures() {
        Map<String, Long> rows = new TreeMap<>(part.rows());
        rows.put("public.orders", 4999L);
        notLoaded(
                ErrorCode.BACKUP_NOT_LOADABLE,
                new Part(
                        part.storeId(),
                        part.file(),
                        part.bytes(),
                        part.sha256(),
                        rows,
                        part.schemaVersion(),
                        part.serverVersion()));
        notLoaded(
                ErrorCode.BACKUP_NOT_LOADABLE,
                new Part(
                        part.storeId(),
                        part.file(),
                        part.bytes(),
                        part.sha256(),
                        part.rows(),
                        "6",
                        part.serverVersion()));
    }

    @Test
    void refusesABackupOfANewerServer() throws IOException {
        refused(
                ErrorCode.BACKUP_NEWER_SERVER,
                new Part(
                        part.storeId(),
                        part.file(),
                        part.bytes(),
                        part.sha256(),
                        part.rows(),
                        part.schemaVersion(),
                        "17.2"));
        byte[] newer = Files.readAllBytes(file);
        String header = new String(newer, 0, 200, StandardCharsets.ISO_8859_1);
        newer[header.indexOf("15.") + 1] = '7';
        refused(ErrorCode.BACKUP_NEWER_SERVER, fitting(newer));
    }

    @Test
    void refusesABackupOfAnotherDatabase() throws IOException {
        byte[] other = Files.readAllBytes(file);
        String header = new String(other, 0, 200, StandardCharsets.ISO_8859_1);
        other[header.indexOf("shop")] = 'c';
        refused(ErrorCode.BACKUP_WRONG_SYSTEM, fitting(other));
        refused(
                ErrorCode.BACKUP_WRONG_SYSTEM,
                new Part(
                        "other",
                        part.file(),
                        part.bytes(),
                        Backups.sha256(file),
                        part.rows(),
                        part.schemaVersion(),
                        part.serverVersion()));
    }

    @Test
    void refusesAFileOutsideTheBackupDirectory() throws IOException {
        Path outside = Files.createTempFile("elsewhere", ".dump");
        Files.copy(file, outside, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.createSymbolicLink(directory.resolve("link.dump"), outside);
        refused(
                ErrorCode.BACKUP_ALTERED,
                new Part(
                        part.storeId(),
                        "link.dump",
                        part.bytes(),
                        part.sha256(),
                        part.rows(),
                        part.schemaVersion(),
                        part.serverVersion()));
        Files.delete(outside);
    }

    @Test
    void refusesAValidBackupOfNothing() {
        postgres.execute(DATABASE, "truncate orders, customers, tags, notes, schema_version");
        Part empty = data.backUp(system, store, directory, Progress.NONE);
        before = postgres.fingerprint(DATABASE);

        data.verify(system, store, empty, directory);
        notLoaded(ErrorCode.BACKUP_NOT_LOADABLE, empty);
    }

    @Test
    void refusesAFileThatIsNoArchive() throws IOException {
        refused(
                ErrorCode.BACKUP_NOT_LOADABLE,
                fitting("-- a plain dump\n".repeat(100).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void leavesNothingBehindWhenTheServerRefusesTheContent() {
        postgres.execute("postgres", "drop role if exists gone_tomorrow", "create role gone_tomorrow");
        postgres.execute(DATABASE, "alter table notes owner to gone_tomorrow");
        Part owned = data.backUp(system, store, directory, Progress.NONE);
        postgres.execute(DATABASE, "alter table notes owner to postgres", "drop role gone_tomorrow");

        notLoaded(ErrorCode.BACKUP_NOT_LOADABLE, owned);
    }
}
