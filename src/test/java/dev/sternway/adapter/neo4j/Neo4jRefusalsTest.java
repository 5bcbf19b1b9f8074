package dev.sternway.adapter.neo4j;

import static dev.sternway.adapter.neo4j.Neo4jWorld.BESIDE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Dumps that must not be loaded: each is refused by its code, by verify and by a load, and the graph stays as it is. What is
 * wrong with manifests, keys and times is in JdbcBackupLedgerTest and PlannerTargetTest, for every kind.
 */
@Tag("long")
class Neo4jRefusalsTest {
    private static Part good;
    private static byte[] content;

    @TempDir
    Path directory;

    private final Neo4jWorld world = Neo4jWorld.running();
    private Part part;
    private Path file;

    @BeforeEach
    void backUp() throws IOException {
        good = world.taken().part();
        content = world.taken().content();
        part = good;
        file = Files.write(directory.resolve(good.file()), content);
    }

    /** Spoils a backup; gives the part as a manifest would describe it then. */
    @FunctionalInterface
    interface Spoiling {
        Part spoil(Neo4jRefusalsTest test) throws IOException;
    }

    static Stream<Arguments> spoiled() {
        return Stream.of(
                row("missing", ErrorCode.BACKUP_MISSING, test -> {
                    Files.delete(test.file);
                    return test.part;
                }),
                row("cut to nothing", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(0)),
                row("cut to 99 %", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(99)),
                row("cut to nothing, manifest fits", ErrorCode.BACKUP_TRUNCATED, test -> {
                    test.cut(0);
                    return test.fitting();
                }),
                row("cut to a half, manifest fits", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                    test.cut(50);
                    return test.fitting();
                }),
                row("one bit flipped, manifest fits", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                    test.flipped(50);
                    return test.fitting();
                }),
                row("one bit flipped at the begin", ErrorCode.BACKUP_ALTERED, test -> test.flipped(0)),
                row("one bit flipped at 50 %", ErrorCode.BACKUP_ALTERED, test -> test.flipped(50)),
                row("one bit flipped at 99 %", ErrorCode.BACKUP_ALTERED, test -> test.flipped(99)),
                row("longer", ErrorCode.BACKUP_ALTERED, test -> {
                    Files.writeString(test.file, "more", StandardOpenOption.APPEND);
                    return test.part;
                }),
                row(
                        "another checksum in the manifest",
                        ErrorCode.BACKUP_ALTERED,
                        test -> test.with("graph", content.length, "0".repeat(64), "5.26.0")),
                row(
                        "of another store",
                        ErrorCode.BACKUP_WRONG_SYSTEM,
                        test -> test.with("other", content.length, good.sha256(), "5.26.0")),
                row(
                        "of a newer server",
                        ErrorCode.BACKUP_NEWER_SERVER,
                        test -> test.with("graph", content.length, good.sha256(), "5.27.0")),
                row("no dump", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                    Files.writeString(test.file, "create (:Person);\n");
                    return test.fitting();
                }),
                row("mode 000", ErrorCode.BACKUP_UNREADABLE, test -> {
                    Files.setPosixFilePermissions(test.file, PosixFilePermissions.fromString("---------"));
                    return test.part;
                }),
                row("a link to the same file", ErrorCode.BACKUP_NOT_A_FILE, test -> {
                    Path elsewhere = Files.move(test.file, test.directory.resolve("elsewhere"));
                    Files.createSymbolicLink(test.file, elsewhere);
                    return test.part;
                }),
                row("outside the directory", ErrorCode.BACKUP_NOT_A_FILE, test -> test.part.at("../graph.dump")));
    }

    private static Arguments row(String what, ErrorCode code, Spoiling spoiling) {
        return Arguments.of(what, code, spoiling);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("spoiled")
    void refusesBeforeAnythingIsTouched(String what, ErrorCode code, Spoiling spoiling) throws IOException {
        String before = world.content();
        Part spoiled = spoiling.spoil(this);
        world.container.done.clear();

        refused(code, () -> world.data.verify(world.system, world.store, spoiled, directory));
        refused(code, () -> load(spoiled, Progress.NONE));

        assertThat(world.content()).isEqualTo(before);
        assertThat(world.databases()).containsExactly("neo4j", "system");
        assertThat(world.container.done).doesNotContain("stop");
    }

    @Test
    void refusesToGoBackToNothing() {
        Part empty = new Part(
                "graph",
                part.file(),
                part.bytes(),
                part.sha256(),
                Map.of(Cypher.NODES, 0L),
                null,
                "5.26.0",
                BackupSet.Format.NEO4J,
                null);

        refused(ErrorCode.BACKUP_EMPTY, () -> load(empty, Progress.NONE));
    }

    @Test
    void refusesAFileThatIsReplacedWhileItIsLoaded() throws IOException {
        Path other = directory.resolve("other");
        Files.copy(file, other);

        refused(
                ErrorCode.BACKUP_SWAPPED,
                () -> load(part, (percent, doing) -> {
                    try {
                        if (Files.exists(other)) {
                            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
        assertThat(world.databases()).containsExactly("neo4j", "system");
    }

    private void load(Part spoiled, Progress progress) {
        world.data.loadBeside(world.system, world.store, spoiled, directory, BESIDE, progress);
    }

    private static void refused(ErrorCode code, ThrowingCallable doing) {
        Refusal refusal = catchThrowableOfType(Refusal.class, doing);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).as(refusal.explanation()).isEqualTo(code);
    }

    private Part cut(int percent) throws IOException {
        Files.write(file, Arrays.copyOf(content, content.length * percent / 100));
        return part;
    }

    private Part flipped(int percent) throws IOException {
        byte[] bytes = content.clone();
        bytes[bytes.length * percent / 100] ^= 1;
        Files.write(file, bytes);
        return part;
    }

    private Part fitting() throws IOException {
        return with("graph", Files.size(file), BackupFile.sha256(file), "5.26.0");
    }

    private Part with(String store, long bytes, String sha256, String version) {
        return new Part(
                store,
                part.file(),
                bytes,
                sha256,
                part.rows(),
                part.schemaVersion(),
                version,
                BackupSet.Format.NEO4J,
                part.snapshotAt());
    }
}
