package dev.sternway.adapter.etcd;

import static dev.sternway.adapter.etcd.EtcdDataStoreTest.refused;
import static dev.sternway.adapter.etcd.EtcdWorld.BESIDE;
import static dev.sternway.adapter.etcd.EtcdWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A swap of more keys than one transaction takes, that dies or is disturbed anywhere: the next attempt ends it. */
@Tag("S4-19")
@Tag("long")
class EtcdCrashTest {
    private static final int KEYS = 300;
    /** One after the keys from before are kept, one after each transaction. */
    private static final int POINTS = 4;

    @TempDir
    Path backups;

    private EtcdWorld world;
    private SortedMap<String, String> good;
    private SortedMap<String, String> bad;

    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static Runnable dyingAt(int point) {
        return at(point, () -> {
            throw new Crash();
        });
    }

    private static Runnable at(int point, Runnable doing) {
        int[] passed = {0};
        return () -> {
            if (++passed[0] == point) {
                doing.run();
            }
        };
    }

    @BeforeEach
    void aBackupAndThenABadRelease() {
        world = new EtcdWorld(backups).configured();
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < KEYS; i++) {
            many.put("config/many/%03d".formatted(i), "good");
        }
        world.put(many);
        good = world.content();
        Part part = world.backUp();
        many.clear();
        Txn gone = new Txn();
        for (int i = 0; i < KEYS; i++) {
            String key = "config/many/%03d".formatted(i);
            if (i % 3 == 0) {
                gone.delete(Key.of(key));
            }
            many.put(i % 3 == 0 ? key + "/new" : key, "bad");
        }
        world.etcd.commit(gone);
        world.put(many);
        bad = world.content();
        world.load(part);
        world.measure(BESIDE);
    }

    private void swap(Runnable between) {
        new KeySwap(new Prefix(world.etcd, EtcdWorld.PREFIX, EtcdServers.ASIDE), "limits", between).swap(BESIDE, KEPT);
    }

    @ParameterizedTest(name = "killed at point {0}, then at point {1}")
    @CsvSource({"1,0", "2,0", "3,0", "4,0", "5,0", "1,2", "2,2", "2,3", "3,1", "3,4", "4,1", "4,5"})
    void endsTheSwapAfterAKillAtAnyPoint(int first, int second) {
        for (int point : new int[] {first, second}) {
            if (point > 0) {
                assertThatThrownBy(() -> swap(dyingAt(point))).isInstanceOf(Crash.class);
                assertThat(world.data.aside(world.system, world.store, KEPT).isPresent())
                        .as("kept when the last transaction is through")
                        .isEqualTo(world.content().equals(good));
            }
        }

        world.swap();

        assertThat(world.content()).isEqualTo(good);
        assertThat(world.data
                        .aside(world.system, world.store, KEPT)
                        .orElseThrow()
                        .stage())
                .isEqualTo(Stage.KEPT);
        assertThat(world.data.aside(world.system, world.store, BESIDE)).isEmpty();
        world.measure(KEPT);
        world.data.swap(world.system, world.store, KEPT, BESIDE);
        assertThat(world.content()).isEqualTo(bad);
    }

    @ParameterizedTest(name = "killed at point {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    void takesASwapBackThatWasCutOff(int point) {
        assertThatThrownBy(() -> swap(dyingAt(point))).isInstanceOf(Crash.class);
        assertThat(world.content().equals(bad)).isEqualTo(point == 1);

        world.data.settle(world.system, world.store, BESIDE);

        assertThat(world.content()).isEqualTo(bad);
        assertThat(world.data
                        .aside(world.system, world.store, BESIDE)
                        .orElseThrow()
                        .stage())
                .isEqualTo(Stage.LOADED);
        assertThat(world.data.aside(world.system, world.store, KEPT)).isEmpty();
    }

    /** Taking back dies as well, and is done again. */
    @Test
    void takesBackWhatATakingBackLeft() {
        assertThatThrownBy(() -> swap(dyingAt(POINTS))).isInstanceOf(Crash.class);
        assertThatThrownBy(() -> swap(dyingAt(1))).isInstanceOf(Crash.class);
        assertThatThrownBy(() -> swap(dyingAt(2))).isInstanceOf(Crash.class);

        world.data.settle(world.system, world.store, BESIDE);

        assertThat(world.content()).isEqualTo(bad);
        world.swap();
        assertThat(world.content()).isEqualTo(good);
    }

    @ParameterizedTest(name = "a write behind point {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    void refusesAndTakesBackWhenSomebodyWritesInBetween(int point) {
        // Of the last transaction, so that the others are through.
        String disturbed = "config/many/299";
        Refusal refusal =
                refused(ErrorCode.STORE_CHANGED, () -> swap(at(point, () -> world.put(disturbed, "of somebody else"))));

        assertThat(refusal).hasMessageContaining("'" + disturbed + "'");
        bad.put(disturbed, "of somebody else");
        assertThat(world.content()).as("as it was, but for the other's write").isEqualTo(bad);
        assertThat(world.data.aside(world.system, world.store, KEPT)).isEmpty();
        refused(ErrorCode.LOSS_NOT_MEASURED, world::swap);
        assertThat(world.measure(BESIDE).changed()).isEqualTo(200);
        world.swap();
        assertThat(world.content()).isEqualTo(good);
    }

    /** What a crash leaves is taken back, but never what somebody has written since. */
    @Test
    void leavesTheWritesOfOthersWhenItTakesBack() {
        assertThatThrownBy(() -> swap(dyingAt(2))).isInstanceOf(Crash.class);
        world.put("config/many/000", "of somebody else");
        world.put("config/many/001", "of somebody else");

        world.data.settle(world.system, world.store, BESIDE);

        bad.put("config/many/000", "of somebody else");
        bad.put("config/many/001", "of somebody else");
        assertThat(world.content()).isEqualTo(bad);
    }

    /** A swap that stood still wakes up after another node has taken it back. */
    @Test
    void isOverWhenAnotherNodeHasTakenItBack() {
        assertThatThrownBy(() -> swap(at(2, () -> world.data.settle(world.system, world.store, BESIDE))))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("worked on by somebody else");

        assertThat(world.content()).isEqualTo(bad);
        world.swap();
        assertThat(world.content()).isEqualTo(good);
    }

    @Test
    void writesNothingMoreWithoutItsMandate() {
        List<String> before = world.touched();

        assertThatThrownBy(() -> Mandate.during(
                        () -> {
                            throw new OutsideException("the lock is somebody else's");
                        },
                        () -> {
                            world.swap();
                            return null;
                        }))
                .hasMessage("the lock is somebody else's");

        assertThat(world.touched()).isEqualTo(before);
    }

    /** A difference that fits into one transaction is never seen half done. */
    @Test
    void isOneTransactionWhenItFits() {
        world.swap();
        world.data.discard(world.system, world.store, KEPT);
        Part part = world.backUp();
        for (int i = 0; i < KeySwap.BATCH; i++) {
            world.put("config/many/%03d".formatted(i), "bad");
        }
        world.load(part);
        world.measure(BESIDE);
        int[] steps = {0};

        swap(() -> steps[0]++);

        assertThat(steps[0]).as("kept, then all at once").isEqualTo(2);
        assertThat(world.content()).isEqualTo(good);
    }
}
