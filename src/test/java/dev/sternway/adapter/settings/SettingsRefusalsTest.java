package dev.sternway.adapter.settings;

import static dev.sternway.adapter.settings.SettingsWorld.CANARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which a backup of settings can be spoiled is refused by a code of its own, and the live file stays as it was. */
@Tag("S1-17")
class SettingsRefusalsTest {
    @TempDir
    Path root;

    /** What spoils a backup; gives the part as the manifest then says. */
    @FunctionalInterface
    private interface Spoiling {
        Part spoil(Part part, Path file) throws IOException;
    }

    enum Spoiled {
        MISSING(ErrorCode.BACKUP_MISSING, (part, file) -> {
            Files.delete(file);
            return part;
        }),
        EMPTY_FILE(ErrorCode.BACKUP_TRUNCATED, (part, file) -> {
            Files.writeString(file, "");
            return part;
        }),
        CUT_BY_ONE_BYTE(ErrorCode.BACKUP_TRUNCATED, (part, file) -> {
            Files.writeString(file, content(file).substring(1));
            return part;
        }),
        CUT_WITH_A_MATCHING_MANIFEST(ErrorCode.BACKUP_NOT_LOADABLE, (part, file) -> {
            Files.writeString(file, content(file).substring(0, 40));
            return described(part, file, part.rows(), part.serverVersion());
        }),
        ONE_BIT_FLIPPED(ErrorCode.BACKUP_ALTERED, (part, file) -> {
            Files.writeString(file, content(file).replace("20", "30"));
            return part;
        }),
        LONGER(ErrorCode.BACKUP_ALTERED, (part, file) -> {
            Files.writeString(file, " ", StandardOpenOption.APPEND);
            return part;
        }),
        WRONG_HASH(
                ErrorCode.BACKUP_ALTERED,
                (part, file) ->
                        copy(part, part.storeId(), part.bytes(), "0".repeat(64), part.rows(), "JSON", part.format())),
        ALTERED_MANIFEST(
                ErrorCode.BACKUP_NOT_LOADABLE,
                (part, file) -> copy(
                        part, part.storeId(), part.bytes(), part.sha256(), Map.of("other", 1L), "JSON", part.format())),
        OTHER_STORE(
                ErrorCode.BACKUP_WRONG_SYSTEM,
                (part, file) -> copy(part, "other", part.bytes(), part.sha256(), part.rows(), "JSON", part.format())),
        OTHER_FORMAT(
                ErrorCode.BACKUP_NOT_LOADABLE,
                (part, file) ->
                        copy(part, part.storeId(), part.bytes(), part.sha256(), part.rows(), "ENV", part.format())),
        OTHER_KIND(
                ErrorCode.BACKUP_NOT_LOADABLE,
                (part, file) ->
                        copy(part, part.storeId(), part.bytes(), part.sha256(), part.rows(), "JSON", Format.SQLITE)),
        NO_SETTINGS(ErrorCode.BACKUP_NOT_LOADABLE, (part, file) -> {
            Files.writeString(file, "\"" + CANARY + "\"");
            return described(part, file, part.rows(), part.serverVersion());
        }),
        ONE_KEY_TWICE(ErrorCode.BACKUP_NOT_LOADABLE, (part, file) -> {
            Files.writeString(file, "{\"a\": \"" + CANARY + "\", \"a\": 2}");
            return described(part, file, part.rows(), part.serverVersion());
        }),
        NOT_UTF_8(ErrorCode.BACKUP_NOT_LOADABLE, (part, file) -> {
            Files.write(file, new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'});
            return described(part, file, part.rows(), part.serverVersion());
        }),
        EMPTY_BUT_VALID(ErrorCode.BACKUP_EMPTY, (part, file) -> {
            Files.writeString(file, "{}");
            return described(part, file, Map.of(), part.serverVersion());
        }),
        A_LINK(ErrorCode.BACKUP_NOT_A_FILE, (part, file) -> {
            Path elsewhere = file.resolveSibling("elsewhere");
            Files.move(file, elsewhere);
            Files.createSymbolicLink(file, elsewhere);
            return part;
        }),
        A_FOLDER(ErrorCode.BACKUP_NOT_A_FILE, (part, file) -> {
            Files.delete(file);
            Files.createDirectory(file);
            return part;
        }),
        OUTSIDE_THE_DIRECTORY(ErrorCode.BACKUP_NOT_A_FILE, (part, file) -> part.at("../etc/app.json")),
        UNREADABLE(ErrorCode.BACKUP_UNREADABLE, (part, file) -> {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
            return part;
        });

        private final ErrorCode code;
        private final Spoiling spoiling;

        Spoiled(ErrorCode code, Spoiling spoiling) {
            this.code = code;
            this.spoiling = spoiling;
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedByACodeOfItsOwnAndNothingIsTouched(Spoiled spoiled) throws Exception {
        SettingsWorld world = new SettingsWorld(root, "app.json", SettingsWorld.GOOD_JSON);
        Part good = world.backUp();
        world.write("{\"limits\": {\"pool_size\": 2000}}");
        Part part = spoiled.spoiling.spoil(good, world.backups.resolve(good.file()));
        String before = world.fingerprint();

        if (spoiled != Spoiled.EMPTY_BUT_VALID) {
            assertRefused(() -> world.data.verify(world.system, world.store, part, world.backups), spoiled.code);
        }
        assertRefused(() -> world.load(part), spoiled.code);

        assertThat(world.fingerprint()).isEqualTo(before);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable doing, ErrorCode code) {
        assertThatThrownBy(doing).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).as(refusal.explanation()).isEqualTo(code);
            assertThat(refusal.hint()).contains("nothing was touched");
            assertThat(refusal.explanation()).doesNotContain(CANARY);
        });
    }

    private static String content(Path file) throws IOException {
        return Files.readString(file);
    }

    private static Part described(Part part, Path file, Map<String, Long> rows, String version) throws IOException {
        return copy(part, part.storeId(), Files.size(file), BackupFile.sha256(file), rows, version, part.format());
    }

    private static Part copy(
            Part part,
            String storeId,
            long bytes,
            String sha256,
            Map<String, Long> rows,
            String version,
            Format format) {
        return new Part(storeId, part.file(), bytes, sha256, rows, null, version, format, part.snapshotAt());
    }
}
