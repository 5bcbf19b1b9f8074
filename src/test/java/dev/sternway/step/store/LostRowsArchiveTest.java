package dev.sternway.step.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.DataStore.LostRows.Why;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** The archive of the rows that a restore would lose: what is in it, who can read it, and where it ends (S4-18). */
class LostRowsArchiveTest {
    private static final String INCIDENT = "INC-2026-0042";
    private static final Loss SOME =
            new Loss(Instant.EPOCH, Instant.EPOCH, List.of(new TableLoss("public.orders", 3, 2, 1, 1)));

    @TempDir
    Path folder;

    private LostRowsArchive archive(long largest, long keepFree) {
        return new LostRowsArchive(new LossSettings(
                folder.resolve("incidents"),
                DataSize.ofBytes(largest),
                DataSize.ofBytes(keepFree),
                Duration.ofDays(90),
                100_000,
                50_000_000,
                2_000_000));
    }

    private static LostRowsArchive.Measured measure(LostRowsArchive archive, Consumer<LostRows> rows) {
        return archive.measure(INCIDENT, "orders", (depth, lost) -> {
            rows.accept(lost);
            return SOME;
        });
    }

    private Map<String, String> unpacked(LostRowsArchive archive, LostRowsArchive.Measured measured)
            throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        LostRowsArchive.Opened opened = archive.open(
                INCIDENT,
                measured.file().path("file").asText(),
                measured.file().path("sha256").asText());
        try (ZipInputStream zip = new ZipInputStream(opened.content())) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    private static void twoTables(LostRows lost) {
        lost.table("public.orders", List.of("id", "note"));
        lost.row(Why.ONLY_LIVE, List.of("1", "say \"hi\"\n"));
        lost.row(Why.CHANGED, java.util.Arrays.asList("2", null));
        lost.table("public.empty", List.of("id"));
        lost.table("odd/../name", List.of("id"));
        lost.row(Why.ONLY_LIVE, List.of("3"));
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("incidents/" + INCIDENT))) {
            return files.reduce((one, other) -> {
                        throw new AssertionError("more than one file: " + one + ", " + other);
                    })
                    .orElseThrow();
        }
    }

    @Test
    void holdsTheRowsOfEachTableForItsOwnerOnly() throws IOException {
        LostRowsArchive archive = archive(1_000_000, 0);

        LostRowsArchive.Measured measured = measure(archive, LostRowsArchiveTest::twoTables);

        assertThat(unpacked(archive, measured))
                .containsEntry(
                        "001-public.orders.jsonl",
                        "{\"lost\":\"only live\",\"row\":{\"id\":\"1\",\"note\":\"say \\\"hi\\\"\\n\"}}\n"
                                + "{\"lost\":\"changed\",\"row\":{\"id\":\"2\",\"note\":null}}\n")
                .containsEntry("002-odd_.._name.jsonl", "{\"lost\":\"only live\",\"row\":{\"id\":\"3\"}}\n")
                .hasEntrySatisfying(
                        "CONTENTS.txt",
                        text -> assertThat(text)
                                .contains("public.orders: 2 rows", "odd/../name: 1 rows")
                                .doesNotContain("NOT ALL"))
                .hasSize(3);
        assertThat(measured.file().path("onlyLive").asLong()).isEqualTo(2);
        assertThat(measured.file().path("changed").asLong()).isEqualTo(1);
        assertThat(measured.file().path("cut").isNull()).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(only())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(only().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void isNotThereWhenNothingWouldBeLost() {
        LostRowsArchive.Measured measured =
                measure(archive(1_000_000, 0), lost -> lost.table("public.orders", List.of("id")));

        assertThat(measured.file()).isNull();
        assertThat(folder.resolve("incidents")).doesNotExist();
    }

    @Test
    void isCutAtItsBoundAndSaysSo() throws IOException {
        Random random = new Random(1);
        LostRowsArchive archive = archive(100_000, 0);

        LostRowsArchive.Measured measured = measure(archive, lost -> {
            lost.table("public.orders", List.of("noise"));
            for (int i = 0; i < 100_000 && !lost.full(); i++) {
                lost.row(Why.ONLY_LIVE, List.of(Long.toHexString(random.nextLong())));
            }
            assertThat(lost.full()).isTrue();
        });

        assertThat(measured.file().path("cut").asText()).contains("100000 bytes");
        assertThat(Files.size(only())).isBetween(100_000L, 200_000L);
        assertThat(unpacked(archive, measured).get("CONTENTS.txt")).contains("NOT ALL ROWS ARE HERE: cut at 100000");
    }

    @Test
    void leavesRoomOnTheDisk() {
        LostRowsArchive.Measured measured = measure(archive(1_000_000, Long.MAX_VALUE), LostRowsArchiveTest::twoTables);

        assertThat(measured.file().path("cut").asText()).contains("disk");
        assertThat(measured.file().path("onlyLive").asLong()).isZero();
    }

    @Test
    void letsTheLossBeMeasuredWhenItCannotBeWritten() throws IOException {
        Files.writeString(folder.resolve("incidents"), "a file where the folder should be");

        LostRowsArchive.Measured measured = measure(archive(1_000_000, 0), LostRowsArchiveTest::twoTables);

        assertThat(measured.loss()).isEqualTo(SOME);
        assertThat(measured.file().path("failed").asText()).isNotEmpty();
    }

    @Test
    void leavesNothingBehindWhenMeasuringFails() throws IOException {
        LostRowsArchive archive = archive(1_000_000, 0);

        assertThatThrownBy(() -> measure(archive, lost -> {
                    twoTables(lost);
                    throw new IllegalStateException("the server went away");
                }))
                .hasMessage("the server went away");

        try (Stream<Path> files = Files.list(folder.resolve("incidents/" + INCIDENT))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void isGivenOutOnlyAsItWasWritten() throws IOException {
        LostRowsArchive archive = archive(1_000_000, 0);
        LostRowsArchive.Measured measured = measure(archive, LostRowsArchiveTest::twoTables);
        Path file = only();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> unpacked(archive, measured))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LOSS_FILE_ALTERED));
        Files.delete(file);
        assertThatThrownBy(() -> unpacked(archive, measured))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.LOSS_FILE_GONE));
        assertThatThrownBy(() -> archive.open(INCIDENT, "../../secret.zip", "abc"))
                .isInstanceOf(Refusal.class);
    }
}
