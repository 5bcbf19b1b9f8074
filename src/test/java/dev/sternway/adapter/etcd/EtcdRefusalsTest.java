package dev.sternway.adapter.etcd;

import static dev.sternway.adapter.etcd.EtcdDataStoreTest.refused;
import static dev.sternway.adapter.etcd.EtcdWorld.BESIDE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backups that must not be loaded: each is refused by its code, by verify, by a load and by a trial restore, and no live key is
 * written. What is wrong with manifests, keys and times is in JdbcBackupLedgerTest and PlannerTargetTest, for every kind.
 */
class EtcdRefusalsTest {
    @TempDir
    Path directory;

    private EtcdWorld world;
    private Part part;
    private Path file;

    @BeforeEach
    void backUp() {
        world = new EtcdWorld(directory).configured();
        part = world.backUp();
        file = directory.resolve(part.file());
        world.put("config/database/pool_size", "2000");
    }

    /** Spoils a backup; gives the part as a manifest would describe it then. */
    @FunctionalInterface
    interface Spoiling {
        Part spoil(EtcdRefusalsTest test) throws IOException;
    }

    static Stream<Arguments> spoiled() {
        return Stream.concat(
                Stream.of(
                        row("missing", ErrorCode.BACKUP_MISSING, test -> {
                            Files.delete(test.file);
                            return test.part;
                        }),
                        row("cut to nothing", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(0)),
                        row("cut to a half", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(50)),
                        row("cut to 99 %", ErrorCode.BACKUP_TRUNCATED, test -> test.cut(99)),
                        row("cut to a half, manifest fits", ErrorCode.BACKUP_TRUNCATED, test -> {
                            test.cut(50);
                            return test.fitting();
                        }),
                        row("cut behind a key, manifest fits", ErrorCode.BACKUP_TRUNCATED, test -> {
                            List<String> lines = test.lines();
                            return test.fitting(lines.subList(0, lines.size() - 1));
                        }),
                        row("a key left out, manifest fits", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                            List<String> lines = test.lines();
                            lines.remove(2);
                            return test.fitting(lines);
                        }),
                        row("a value changed, manifest fits", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                            List<String> lines = test.lines();
                            lines.set(2, lines.get(2).replaceFirst("\"value\":\"..", "\"value\":\"AA"));
                            return test.fitting(lines);
                        }),
                        row("a key of others, manifest fits", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                            List<String> lines = test.lines();
                            lines.add(1, "{\"key\":\"" + Key.of("admin").base64() + "\",\"value\":\"AA==\"}");
                            return test.fitting(lines);
                        }),
                        row("longer", ErrorCode.BACKUP_ALTERED, test -> {
                            Files.writeString(test.file, "more", StandardOpenOption.APPEND);
                            return test.part;
                        }),
                        row(
                                "another checksum in the manifest",
                                ErrorCode.BACKUP_ALTERED,
                                test -> test.with("limits", test.part.bytes(), "0".repeat(64), test.part.rows())),
                        row(
                                "more keys in the manifest",
                                ErrorCode.BACKUP_NOT_LOADABLE,
                                test -> test.with(
                                        "limits", test.part.bytes(), test.part.sha256(), Map.of("config/", 4L))),
                        row(
                                "of another store, by the manifest",
                                ErrorCode.BACKUP_WRONG_SYSTEM,
                                test -> test.with("other", test.part.bytes(), test.part.sha256(), test.part.rows())),
                        row(
                                "of another system",
                                ErrorCode.BACKUP_WRONG_SYSTEM,
                                test -> test.head("\"system\":\"platform\"", "\"system\":\"another\"")),
                        row(
                                "of another prefix",
                                ErrorCode.BACKUP_WRONG_SYSTEM,
                                test -> test.head(
                                        Key.of("config/").base64(),
                                        Key.of("conf/").base64())),
                        row(
                                "of a newer server",
                                ErrorCode.BACKUP_NEWER_SERVER,
                                test -> test.head("\"server\":\"3.", "\"server\":\"4.")),
                        row(
                                "of a newer Sternway",
                                ErrorCode.BACKUP_NEWER_SERVER,
                                test -> test.head("\"version\":1", "\"version\":2")),
                        row("no archive", ErrorCode.BACKUP_NOT_LOADABLE, test -> {
                            Files.writeString(test.file, "{\"kvs\": []}\n");
                            return test.fitting();
                        }),
                        row(
                                "another archive",
                                ErrorCode.BACKUP_NOT_LOADABLE,
                                test -> test.fitting(List.of("{\"kvs\": []}"))),
                        row("mode 000", ErrorCode.BACKUP_UNREADABLE, test -> {
                            Files.setPosixFilePermissions(test.file, PosixFilePermissions.fromString("---------"));
                            return test.part;
                        }),
                        row("a link to the same file", ErrorCode.BACKUP_NOT_A_FILE, test -> {
                            Path elsewhere = Files.move(test.file, test.directory.resolve("elsewhere"));
                            Files.createSymbolicLink(test.file, elsewhere);
                            return test.part;
                        }),
                        row("outside the directory", ErrorCode.BACKUP_NOT_A_FILE, test -> test.part.at("../limits"))),
                Stream.of(0, 7, 33, 61, 85, 99)
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
        List<String> before = world.touched();
        Part spoiled = spoiling.spoil(this);

        refused(code, () -> world.data.verify(world.system, world.store, spoiled, directory));
        refused(code, () -> world.load(spoiled));
        refused(code, () -> trial(spoiled));

        assertThat(world.touched()).isEqualTo(before);
        assertThat(world.aside()).isEmpty();
    }

    private void trial(Part spoiled) {
        world.data.tryRestore(
                world.system, world.store, spoiled, directory, "config_trial_1", List.of(), Progress.NONE);
    }

    @Test
    void refusesToGoBackToNothing() {
        TestEtcd.empty();
        Part empty = world.backUp();
        world.configured();
        List<String> before = world.touched();

        refused(ErrorCode.BACKUP_EMPTY, () -> world.load(empty));
        refused(ErrorCode.BACKUP_EMPTY, () -> trial(empty));

        assertThat(world.touched()).isEqualTo(before);
    }

    @Test
    void refusesAFileThatIsReplacedWhileItIsLoaded() throws IOException {
        Path other = directory.resolve("other");
        Files.copy(file, other);
        List<String> before = world.touched();

        refused(
                ErrorCode.BACKUP_SWAPPED,
                () -> world.data.loadBeside(
                        world.system, world.store, part, directory, BESIDE, (percent, doing) -> replace(other)));

        assertThat(world.touched()).isEqualTo(before);
        assertThat(world.aside()).isEmpty();
    }

    private void replace(Path other) {
        try {
            if (Files.exists(other)) {
                Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A store of the same name in another place reads the same file. */
    @Test
    void refusesABackupOfAnotherPrefixOfTheSameStore() {
        Store moved = new Store(
                "limits",
                Store.Kind.ETCD,
                Store.Holds.CONFIGURATION,
                null,
                "127.0.0.1",
                world.server.port,
                null,
                null,
                null,
                null,
                false,
                null,
                "config/database/",
                null,
                Store.Reload.WATCHED);
        ManagedSystem system = EtcdWorld.system(moved);

        refused(ErrorCode.BACKUP_WRONG_SYSTEM, () -> world.data.verify(system, moved, part, directory));
    }

    private Part cut(int percent) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length * percent / 100));
        return part;
    }

    private Part flipped(int percent) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        whole[whole.length * percent / 100] ^= 1;
        Files.write(file, whole);
        return part;
    }

    private List<String> lines() throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            return new java.util.ArrayList<>(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    private Part head(String from, String to) throws IOException {
        List<String> lines = lines();
        assertThat(lines.get(0)).contains(from);
        lines.set(0, lines.get(0).replace(from, to));
        return fitting(lines);
    }

    private Part fitting(List<String> lines) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Files.write(file, bytes.toByteArray());
        return fitting();
    }

    /** As a forger would: the manifest fits the damaged file. */
    private Part fitting() throws IOException {
        return with("limits", Files.size(file), BackupFile.sha256(file), part.rows());
    }

    private Part with(String store, long bytes, String sha256, Map<String, Long> rows) {
        SortedMap<String, Long> all = new TreeMap<>(rows);
        return new Part(
                store,
                part.file(),
                bytes,
                sha256,
                all,
                null,
                part.serverVersion(),
                BackupSet.Format.ETCD,
                part.snapshotAt());
    }
}
