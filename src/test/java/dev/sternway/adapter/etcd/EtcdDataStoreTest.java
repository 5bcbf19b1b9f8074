package dev.sternway.adapter.etcd;

import static dev.sternway.adapter.etcd.EtcdWorld.BESIDE;
import static dev.sternway.adapter.etcd.EtcdWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.DataStore.Trial;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A prefix of a real etcd, there and back again; keys of others are never touched. */
@Tag("S4-19")
class EtcdDataStoreTest {
    @TempDir
    Path backups;

    private EtcdWorld world;

    @BeforeEach
    void configure() {
        world = new EtcdWorld(backups).configured();
    }

    /** What the bad release does: one key changed, one gone, one new. */
    private void upgrade() {
        world.put("config/database/pool_size", "2000");
        world.delete("config/redis/max_connections");
        world.put("config/feature/new", "on");
    }

    @Test
    void writesOnlyWhatDiffersAndTakesItBack() {
        SortedMap<String, String> good = world.content();
        Part part = world.backUp();
        upgrade();
        SortedMap<String, String> bad = world.content();
        String failed = world.data.identify(world.system, world.store).identity();
        List<String> untouched = world.touched().stream()
                .filter(key -> key.startsWith("config/database/password") || !key.startsWith("config/"))
                .toList();

        world.load(part);
        assertThat(world.content()).as("nothing live is touched").isEqualTo(bad);
        Loss loss = world.measure(BESIDE);
        assertThat(loss.tables())
                .containsExactly(
                        new TableLoss("config/database/pool_size", 1, 1, 0, 1),
                        new TableLoss("config/feature/new", 1, 0, 1, 0),
                        new TableLoss("config/redis/max_connections", 0, 1, 0, 0),
                        new TableLoss("(keys that are the same)", 1, 1, 0, 0));
        world.swap();

        assertThat(world.content()).isEqualTo(good);
        assertThat(world.touched()).as("the rest keeps its revision").containsAll(untouched);
        assertThat(world.data.query(world.system, world.store, "config/database/pool_size"))
                .isEqualTo("20");
        assertThat(world.data.rows(world.system, world.store)).isEqualTo(part.rows());
        Aside kept = world.data.aside(world.system, world.store, KEPT).orElseThrow();
        String restored = world.data.identify(world.system, world.store).identity();
        assertThat(kept).isEqualTo(new Aside(Stage.KEPT, failed, part.sha256(), restored));
        assertThat(world.data.aside(world.system, world.store, BESIDE)).isEmpty();
        long revision = world.etcd.key(Key.of("x")).revision();
        world.swap();
        assertThat(world.etcd.key(Key.of("x")).revision())
                .as("a second time it writes nothing")
                .isEqualTo(revision);

        world.put("config/since/the/restore", "1");
        assertThat(world.measure(KEPT).onlyLive()).isEqualTo(2);
        world.data.swap(world.system, world.store, KEPT, BESIDE);

        assertThat(world.content()).isEqualTo(bad);
        assertThat(world.data.identify(world.system, world.store).identity()).isEqualTo(failed);
        assertThat(world.data
                        .aside(world.system, world.store, BESIDE)
                        .orElseThrow()
                        .replacedBy())
                .isEqualTo(failed);
        world.data.discard(world.system, world.store, BESIDE);
        world.data.discard(world.system, world.store, BESIDE);
        assertThat(world.aside()).containsExactly("sternway/config%2F/live");
    }

    @Test
    void neverShowsAValue() throws Exception {
        Part part = world.backUp();
        world.put("config/database/password", "an0ther-secret");
        world.load(part);

        assertThat(world.measure(BESIDE).toString())
                .contains("config/database/password")
                .doesNotContain("s3cret", "an0ther");
        assertThat(world.etcd.prefix(Key.of("config/")).items().toString())
                .doesNotContain(EtcdWorld.base64("an0ther-secret"));
        assertThat(Files.getPosixFilePermissions(backups.resolve(part.file())))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void leavesKeysOfLeasesAloneAndSaysSo() {
        world.lease("config/leader", "node-1");
        List<String> said = new ArrayList<>();
        Part part = world.data.backUp(world.system, world.store, backups, noting(said));
        assertThat(part.rows()).isEqualTo(Map.of("config/", 3L));
        assertThat(said).containsExactly("1 key of store 'limits' held by leases left out");
        upgrade();
        world.lease("config/worker", "node-2");
        world.load(part);

        assertThat(world.measure(BESIDE).tables())
                .contains(new TableLoss("(keys held by leases, left as they are)", 2, 0, 0, 0));
        world.swap();

        assertThat(world.content())
                .containsEntry("config/leader", "node-1")
                .containsEntry("config/worker", "node-2")
                .containsEntry("config/database/pool_size", "20")
                .doesNotContainKey("config/feature/new");
    }

    private static Progress noting(List<String> said) {
        return new Progress() {
            @Override
            public void report(int percent, String doing) {
                // only what belongs into the record is looked at
            }

            @Override
            public void note(String done) {
                said.add(done);
            }
        };
    }

    @Test
    void refusesAKeyThatALeaseHoldsNow() {
        Part part = world.backUp();
        upgrade();
        world.lease("config/redis/max_connections", "5");
        world.load(part);
        world.measure(BESIDE);
        List<String> before = world.touched();

        refused(ErrorCode.STORE_IN_USE, world::swap);

        assertThat(world.touched()).isEqualTo(before);
    }

    @Test
    void refusesWhatSomebodyWroteAfterTheMeasurement() {
        Part part = world.backUp();
        upgrade();
        world.load(part);
        world.measure(BESIDE);
        world.put("config/feature/other", "on");
        List<String> before = world.touched();

        Refusal refusal = refused(ErrorCode.STORE_CHANGED, world::swap);

        assertThat(refusal).hasMessageContaining("'config/feature/other'");
        assertThat(world.touched()).isEqualTo(before);
        assertThat(world.measure(BESIDE).onlyLive()).isEqualTo(2);
        world.swap();
        assertThat(world.content()).doesNotContainKeys("config/feature/other", "config/feature/new");
    }

    @Test
    void refusesASwapThatWasNeverMeasured() {
        Part part = world.backUp();
        upgrade();
        world.load(part);

        refused(ErrorCode.LOSS_NOT_MEASURED, world::swap);
    }

    @Test
    void refusesACopyThatSomebodyHasChanged() {
        Part part = world.backUp();
        upgrade();
        world.load(part);
        world.measure(BESIDE);
        world.put("sternway/config%2F/copy/" + BESIDE + "/config/database/pool_size", "1");

        refused(ErrorCode.STORE_SHAPE_UNKNOWN, world::swap);
        assertThat(world.content()).containsEntry("config/database/pool_size", "2000");
    }

    @Test
    void takesAFinishedCopyAsItIsAndAnUnfinishedOneNot() {
        Part part = world.backUp();
        world.load(part);
        long revision = world.etcd.key(Key.of("x")).revision();
        world.load(part);
        assertThat(world.etcd.key(Key.of("x")).revision()).isEqualTo(revision);

        Prefix prefix = new Prefix(world.etcd, EtcdWorld.PREFIX, EtcdServers.ASIDE);
        Mark.Held held = prefix.mark(BESIDE).orElseThrow();
        new Copies(prefix).mark(BESIDE, held.revision(), held.mark().as(Mark.Phase.LOADING));
        world.put("sternway/config%2F/copy/" + BESIDE + "/config/left/by/a/crash", "1");
        assertThat(world.data
                        .aside(world.system, world.store, BESIDE)
                        .orElseThrow()
                        .stage())
                .isEqualTo(Stage.LOADING);
        assertThat(world.data.copies(world.system, world.store)).containsExactly(BESIDE);
        world.load(part);

        assertThat(prefix.copy(BESIDE)).hasSize(3);
        assertThat(world.data
                        .aside(world.system, world.store, BESIDE)
                        .orElseThrow()
                        .stage())
                .isEqualTo(Stage.LOADED);
    }

    @Test
    void provesABackupByRestoringItBesideAndThrowingItAway() {
        Part part = world.backUp();
        upgrade();
        List<String> before = world.touched();

        Trial trial = trial(part, "20");
        Trial wrong = trial(part, "21");

        assertThat(trial.faults()).isEmpty();
        assertThat(trial.rows()).isEqualTo(part.rows());
        assertThat(wrong.faults()).containsExactly("'pool' is not '21'");
        assertThat(world.touched()).isEqualTo(before);
        assertThat(world.aside()).isEmpty();
    }

    private Trial trial(Part part, String expected) {
        return world.data.tryRestore(
                world.system,
                world.store,
                part,
                backups,
                "config_trial_1",
                List.of(new Question("pool", "config/database/pool_size", expected)),
                Progress.NONE);
    }

    /** Pages of keys and of large values are one snapshot at one revision. */
    @Test
    void readsManyAndLargeValuesAtOneRevision() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 1_300; i++) {
            many.put("config/many/%04d".formatted(i), "v" + i);
        }
        world.put(many);
        String large = "x".repeat(1_300_000);
        for (int i = 0; i < 15; i++) {
            world.put("config/large/" + i, large + i);
        }
        SortedMap<String, String> good = world.content();
        Part part = world.backUp();
        assertThat(part.rows()).isEqualTo(Map.of("config/", 1_318L));
        many.clear();
        for (int i = 0; i < 1_300; i += 2) {
            many.put("config/many/%04d".formatted(i), "w");
        }
        world.put(many);
        world.delete("config/large/7");
        world.put("config/large/8", "small");
        world.load(part);
        assertThat(world.measure(BESIDE).changed()).isEqualTo(651);
        assertThat(world.measure(BESIDE).tables()).hasSize(202);

        world.swap();

        assertThat(world.content()).isEqualTo(good);
    }

    @Test
    void adoptsAWholeAnswerOfEtcdctlAndNoneThatHoldsOneKey() throws IOException {
        Path folder = Files.createDirectory(backups.resolve("adopted"));
        Path whole = backups.resolve("whole.json");
        Key config = Key.of("config/");
        var range = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("key", config.base64());
        Files.writeString(
                backups.resolve("one.json"),
                world.etcd.call("/v3/kv/range", range).toString());
        range.put("range_end", config.endOfPrefix().base64());
        Files.writeString(whole, world.etcd.call("/v3/kv/range", range).toString());
        range.put("limit", 1);
        Files.writeString(
                backups.resolve("page.json"),
                world.etcd.call("/v3/kv/range", range).toString());

        Part part = world.data.adopt(world.system, world.store, whole, folder).part();

        assertThat(part.rowsKnown()).isFalse();
        assertThat(part.sha256()).isEqualTo(BackupFile.sha256(folder.resolve(part.file())));
        world.data.verify(world.system, world.store, part, folder);
        for (String bad : List.of("one.json", "page.json")) {
            refused(
                    ErrorCode.BACKUP_NOT_ADOPTABLE,
                    () -> world.data.adopt(world.system, world.store, backups.resolve(bad), folder));
        }
    }

    static Refusal refused(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable doing) {
        Refusal[] seen = new Refusal[1];
        assertThatThrownBy(doing).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).as(refusal.explanation()).isEqualTo(code);
            seen[0] = refusal;
        });
        return seen[0];
    }
}
