package dev.sternway.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which an archive of files can be spoiled is refused by a code of its own, and the live tree stays as it was. */
@Tag("S1-17")
class FilesRefusalsTest {
    @TempDir
    Path root;

    /** What spoils a backup; gives the part as the manifest then says. */
    @FunctionalInterface
    private interface Spoiling {
        Part spoil(FilesWorld world, Part part, Path file) throws IOException;
    }

    /** One entry of a hostile archive. */
    @FunctionalInterface
    private interface Hostile {
        void add(TarArchiveOutputStream tar) throws IOException;
    }

    enum Spoiled {
        MISSING(ErrorCode.BACKUP_MISSING, (world, part, file) -> {
            Files.delete(file);
            return part;
        }),
        EMPTY_FILE(ErrorCode.BACKUP_TRUNCATED, (world, part, file) -> cut(part, file, 0)),
        CUT_BY_HALF(ErrorCode.BACKUP_TRUNCATED, (world, part, file) -> cut(part, file, part.bytes() / 2)),
        CUT_BY_ONE_BYTE(ErrorCode.BACKUP_TRUNCATED, (world, part, file) -> cut(part, file, part.bytes() - 1)),
        CUT_WITH_A_MATCHING_MANIFEST(ErrorCode.BACKUP_TRUNCATED, (world, part, file) -> {
            cut(part, file, part.bytes() / 2);
            return described(part, file);
        }),
        CUT_AFTER_AN_ENTRY_WITH_A_MATCHING_MANIFEST(ErrorCode.BACKUP_NOT_LOADABLE, (world, part, file) -> {
            pack(file, tar -> {
                folder(tar, "./");
                file(tar, "index.html", "<h1>one</h1>");
            });
            return described(part, file);
        }),
        NEITHER_A_DIRECTORY_NOR_ONE_FILE(ErrorCode.BACKUP_NOT_LOADABLE, (world, part, file) -> {
            pack(file, tar -> file(tar, "index.html", "<h1>one</h1>"));
            return described(part, file);
        }),
        A_LINK_IN_PLACE_OF_THE_FILE(ErrorCode.BACKUP_NOT_LOADABLE, (world, part, file) -> {
            pack(file, tar -> link(tar, TarConstants.LF_SYMLINK, "file", "neighbour"));
            return described(part, file);
        }),
        ONE_BIT_FLIPPED(ErrorCode.BACKUP_ALTERED, (world, part, file) -> {
            flip(file, part.bytes() / 2);
            return part;
        }),
        ONE_BIT_FLIPPED_WITH_A_MATCHING_MANIFEST(ErrorCode.BACKUP_NOT_LOADABLE, (world, part, file) -> {
            flip(file, part.bytes() - 6);
            return described(part, file);
        }),
        LONGER(ErrorCode.BACKUP_ALTERED, (world, part, file) -> {
            Files.writeString(file, "more", StandardOpenOption.APPEND);
            return part;
        }),
        WRONG_HASH(
                ErrorCode.BACKUP_ALTERED,
                (world, part, file) ->
                        copy(part, part.storeId(), part.bytes(), "0".repeat(64), part.rows(), "1", part.format())),
        ALTERED_MANIFEST(
                ErrorCode.BACKUP_NOT_LOADABLE,
                (world, part, file) ->
                        copy(part, part.storeId(), part.bytes(), part.sha256(), Map.of(".", 7L), "1", part.format())),
        OTHER_STORE(
                ErrorCode.BACKUP_WRONG_SYSTEM,
                (world, part, file) ->
                        copy(part, "other", part.bytes(), part.sha256(), part.rows(), "1", part.format())),
        OTHER_FORMAT(
                ErrorCode.BACKUP_NOT_LOADABLE,
                (world, part, file) ->
                        copy(part, part.storeId(), part.bytes(), part.sha256(), part.rows(), "1", Format.CUSTOM)),
        NO_ARCHIVE(ErrorCode.BACKUP_NOT_LOADABLE, (world, part, file) -> {
            Files.writeString(file, "this is no archive, although its name says so");
            return described(part, file);
        }),
        NEWER(
                ErrorCode.BACKUP_NEWER_SERVER,
                (world, part, file) ->
                        copy(part, part.storeId(), part.bytes(), part.sha256(), part.rows(), "2", part.format())),
        EMPTY_BUT_VALID(ErrorCode.BACKUP_EMPTY, (world, part, file) -> {
            pack(file, tar -> folder(tar, "./"));
            Part empty = described(part, file);
            return copy(empty, empty.storeId(), empty.bytes(), empty.sha256(), Map.of(), "1", empty.format());
        }),
        A_LINK(ErrorCode.BACKUP_NOT_A_FILE, (world, part, file) -> {
            Path elsewhere = file.resolveSibling("elsewhere");
            Files.move(file, elsewhere);
            Files.createSymbolicLink(file, elsewhere);
            return part;
        }),
        A_PIPE(ErrorCode.BACKUP_NOT_A_FILE, (world, part, file) -> {
            Files.delete(file);
            pipe(file);
            return part;
        }),
        OUTSIDE_THE_DIRECTORY(ErrorCode.BACKUP_NOT_A_FILE, (world, part, file) -> part.at("../data/site/index.html")),
        UNREADABLE(ErrorCode.BACKUP_UNREADABLE, (world, part, file) -> {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
            return part;
        }),
        ABSOLUTE_NAME(tar -> {
            TarArchiveEntry entry = new TarArchiveEntry("/etc/cron.d/x", true);
            put(tar, entry, "x");
        }),
        NAME_UP(tar -> file(tar, "assets/../../../x", "x")),
        LINK_OUT(tar -> link(tar, TarConstants.LF_SYMLINK, "out", "/etc")),
        LINK_UP(tar -> link(tar, TarConstants.LF_SYMLINK, "assets/out", "../../x")),
        LINK_UP_BEHIND_ANOTHER_LINK(tar -> {
            folder(tar, "a/");
            folder(tar, "a/b/");
            link(tar, TarConstants.LF_SYMLINK, "a/b/top", "../..");
            link(tar, TarConstants.LF_SYMLINK, "a/b/out", "top/../../etc");
        }),
        FILE_BEHIND_A_LINK(tar -> {
            link(tar, TarConstants.LF_SYMLINK, "here", ".");
            file(tar, "here/x", "x");
        }),
        FOLDER_REPLACED_BY_A_LINK(tar -> {
            file(tar, "a/x", "x");
            link(tar, TarConstants.LF_SYMLINK, "a", "b");
        }),
        SECOND_NAME_OF_A_FILE_OUTSIDE(tar -> link(tar, TarConstants.LF_LINK, "x", "../../etc/shadow")),
        SECOND_NAME_OF_NOTHING(tar -> link(tar, TarConstants.LF_LINK, "x", "not-there")),
        ONE_NAME_TWICE(tar -> {
            file(tar, "x", "1");
            file(tar, "x", "2");
        }),
        A_DEVICE(tar -> link(tar, TarConstants.LF_CHR, "null", "")),
        A_PIPE_INSIDE(tar -> link(tar, TarConstants.LF_FIFO, "pipe", "")),
        TOO_DEEP(tar -> file(tar, "d/".repeat(70) + "x", "x")),
        A_BOMB(tar -> {
            TarArchiveEntry entry = new TarArchiveEntry("zeros");
            entry.setSize(80L << 20);
            tar.putArchiveEntry(entry);
            new ByteArrayInputStream(new byte[80 << 20]).transferTo(tar);
            tar.closeArchiveEntry();
        });

        private final ErrorCode code;
        private final Spoiling spoiling;

        Spoiled(ErrorCode code, Spoiling spoiling) {
            this.code = code;
            this.spoiling = spoiling;
        }

        /** The manifest matches: somebody signed what he should not have. */
        Spoiled(Hostile hostile) {
            this(ErrorCode.BACKUP_UNSAFE, (world, part, file) -> {
                pack(file, tar -> {
                    folder(tar, "./");
                    hostile.add(tar);
                });
                return described(part, file);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedByACodeOfItsOwnAndNothingIsTouched(Spoiled spoiled) throws Exception {
        FilesWorld world = new FilesWorld(root);
        Part good = world.backUp();
        world.upgrade();
        Part part = spoiled.spoiling.spoil(world, good, world.backups.resolve(good.file()));
        String before = world.fingerprint();

        if (spoiled != Spoiled.EMPTY_BUT_VALID) {
            assertRefused(() -> world.data.verify(world.system, world.store, part, world.backups), spoiled.code);
        }
        assertRefused(() -> world.load(part), spoiled.code);
        assertRefused(
                () -> world.data.tryRestore(
                        world.system,
                        world.store,
                        part,
                        world.backups,
                        "site_trial_1",
                        java.util.List.of(),
                        Progress.NONE),
                spoiled.code);

        assertThat(world.fingerprint()).isEqualTo(before);
        assertThat(root.resolve("x")).doesNotExist();
    }

    /** Replaced by another good archive after it was verified, in the middle of being unpacked. */
    @Test
    void isRefusedWhenItIsReplacedWhileItIsUnpacked() {
        FilesWorld world = new FilesWorld(root);
        Part part = world.backUp();
        world.upgrade();
        String before = world.fingerprint();
        Path file = world.backups.resolve(part.file());

        assertRefused(
                () -> world.data.loadBeside(
                        world.system, world.store, part, world.backups, FilesWorld.BESIDE, (percent, doing) -> {
                            try {
                                Files.setLastModifiedTime(file, Files.getLastModifiedTime(file));
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        }),
                ErrorCode.BACKUP_SWAPPED);

        assertThat(world.fingerprint()).isEqualTo(before);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable doing, ErrorCode code) {
        assertThatThrownBy(doing).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).as(refusal.explanation()).isEqualTo(code);
            assertThat(refusal.hint()).contains("nothing was touched");
        });
    }

    private static void pack(Path file, Hostile entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            entries.add(tar);
        }
    }

    private static void folder(TarArchiveOutputStream tar, String name) throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry(name));
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, String content) throws IOException {
        put(tar, new TarArchiveEntry(name), content);
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, byte kind, String name, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void pipe(Path file) throws IOException {
        try {
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                    .isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Part cut(Part part, Path file, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
        return part;
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 1);
        }
    }

    private static Part described(Part part, Path file) throws IOException {
        return copy(part, part.storeId(), Files.size(file), BackupFile.sha256(file), part.rows(), "1", part.format());
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
