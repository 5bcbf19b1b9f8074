package dev.sternway.adapter.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which a backup can be spoiled is refused by a code of its own, and the live file stays bit by bit as it was. */
class SqliteRefusalsTest {
    @TempDir
    Path root;

    enum Spoiled {
        MISSING(ErrorCode.BACKUP_MISSING) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                Files.delete(file);
                return part;
            }
        },
        EMPTY_FILE(ErrorCode.BACKUP_TRUNCATED) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                return cut(part, file, 0);
            }
        },
        CUT_BY_HALF(ErrorCode.BACKUP_TRUNCATED) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                return cut(part, file, part.bytes() / 2);
            }
        },
        CUT_BY_ONE_BYTE(ErrorCode.BACKUP_TRUNCATED) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                return cut(part, file, part.bytes() - 1);
            }
        },
        CUT_WITH_A_MATCHING_MANIFEST(ErrorCode.BACKUP_TRUNCATED) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                cut(part, file, part.bytes() / 2);
                return described(part, file, part.rows());
            }
        },
        ONE_BIT_FLIPPED(ErrorCode.BACKUP_ALTERED) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                flip(file, part.bytes() / 2);
                return part;
            }
        },
        LONGER(ErrorCode.BACKUP_ALTERED) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                Files.writeString(file, "more", StandardOpenOption.APPEND);
                return part;
            }
        },
        WRONG_HASH(ErrorCode.BACKUP_ALTERED) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) {
                return copy(part, part.storeId(), part.bytes(), "0".repeat(64), part.rows());
            }
        },
        DAMAGED_INSIDE_WITH_A_MATCHING_MANIFEST(ErrorCode.BACKUP_NOT_LOADABLE) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                // The root page of a table: SQLite's own check finds it, the checksum was made afterwards.
                try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                    bytes.seek(4096 * 2);
                    bytes.write(new byte[64]);
                }
                return described(part, file, part.rows());
            }
        },
        NO_DATABASE(ErrorCode.BACKUP_NOT_LOADABLE) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                Files.writeString(file, "-- this is SQL and no database, although its name says so\n");
                return described(part, file, part.rows());
            }
        },
        NEWER_FORMAT(ErrorCode.BACKUP_NEWER_SERVER) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                    bytes.seek(18);
                    bytes.write(new byte[] {3, 3});
                }
                return described(part, file, part.rows());
            }
        },
        OTHER_STORE(ErrorCode.BACKUP_WRONG_SYSTEM) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) {
                return copy(part, "other", part.bytes(), part.sha256(), part.rows());
            }
        },
        ROWS_OF_ANOTHER_MANIFEST(ErrorCode.BACKUP_NOT_LOADABLE) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) {
                Map<String, Long> more = new TreeMap<>(part.rows());
                more.put("main.orders", 2_500L);
                return copy(part, part.storeId(), part.bytes(), part.sha256(), more);
            }
        },
        EMPTY_BUT_VALID(ErrorCode.BACKUP_EMPTY) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                Files.delete(file);
                SqliteWorld.run(
                        file,
                        "create table migrations (version integer primary key)",
                        "create table orders (id integer primary key)");
                Part empty = described(part, file, Map.of("main.migrations", 0L, "main.orders", 0L));
                return new Part(
                        empty.storeId(),
                        empty.file(),
                        empty.bytes(),
                        empty.sha256(),
                        empty.rows(),
                        null,
                        empty.serverVersion(),
                        BackupSet.Format.SQLITE,
                        null);
            }
        },
        A_LINK(ErrorCode.BACKUP_NOT_A_FILE) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                Path elsewhere = file.resolveSibling("elsewhere");
                Files.move(file, elsewhere);
                Files.createSymbolicLink(file, elsewhere);
                return part;
            }
        },
        A_PIPE(ErrorCode.BACKUP_NOT_A_FILE) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                Files.delete(file);
                try {
                    assertThat(new ProcessBuilder("mkfifo", file.toString())
                                    .start()
                                    .waitFor())
                            .isZero();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return part;
            }
        },
        OUTSIDE_THE_DIRECTORY(ErrorCode.BACKUP_NOT_A_FILE) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) {
                return part.at("../data/shop.sqlite");
            }
        },
        UNREADABLE(ErrorCode.BACKUP_UNREADABLE) {
            @Override
            Part spoil(SqliteWorld world, Part part, Path file) throws IOException {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
                return part;
            }
        };

        private final ErrorCode code;

        Spoiled(ErrorCode code) {
            this.code = code;
        }

        abstract Part spoil(SqliteWorld world, Part part, Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedByACodeOfItsOwnAndNothingIsTouched(Spoiled spoiled) throws Exception {
        SqliteWorld world = new SqliteWorld(root);
        Part good = world.backUp();
        world.upgrade().close();
        Part part = spoiled.spoil(world, good, world.backups.resolve(good.file()));
        String before = world.fingerprint();
        String content = SqliteWorld.content(world.live);

        if (spoiled != Spoiled.EMPTY_BUT_VALID) {
            assertRefused(() -> world.data.verify(world.system, world.store, part, world.backups), spoiled.code);
        }
        assertRefused(
                () -> world.data.loadBeside(
                        world.system, world.store, part, world.backups, SqliteWorld.BESIDE, Progress.NONE),
                spoiled.code);

        assertThat(world.fingerprint()).isEqualTo(before);
        assertThat(SqliteWorld.content(world.live)).isEqualTo(content);
        assertThat(world.names()).noneMatch(name -> name.contains("_next_"));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable doing, ErrorCode code) {
        assertThatThrownBy(doing).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).as(refusal.explanation()).isEqualTo(code);
            assertThat(refusal.hint()).contains("nothing was touched");
        });
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

    private static Part described(Part part, Path file, Map<String, Long> rows) throws IOException {
        return copy(part, part.storeId(), Files.size(file), BackupFile.sha256(file), rows);
    }

    private static Part copy(Part part, String storeId, long bytes, String sha256, Map<String, Long> rows) {
        return new Part(
                storeId,
                part.file(),
                bytes,
                sha256,
                rows,
                part.schemaVersion(),
                part.serverVersion(),
                BackupSet.Format.SQLITE,
                part.snapshotAt());
    }
}
