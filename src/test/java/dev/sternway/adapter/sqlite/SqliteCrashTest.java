package dev.sternway.adapter.sqlite;

import static dev.sternway.adapter.sqlite.SqliteWorld.BESIDE;
import static dev.sternway.adapter.sqlite.SqliteWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.adapter.files.FileSwap;
import dev.sternway.adapter.files.Mark;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dies at every point of load and swap: what is live is wholly the old or wholly the new one, and the next attempt ends it. */
class SqliteCrashTest {
    @TempDir
    Path root;

    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static Runnable dyingAt(int point) {
        int[] passed = {0};
        return () -> {
            if (++passed[0] == point) {
                throw new Crash();
            }
        };
    }

    @ParameterizedTest(name = "killed at point {0}, then at point {1}")
    @CsvSource({"1,0", "2,0", "3,0", "1,1", "1,2", "1,3", "2,1", "2,2", "2,3"})
    void endsTheSwapAfterAKillAtAnyPoint(int first, int second) throws Exception {
        SqliteWorld world = new SqliteWorld(root);
        String good = SqliteWorld.content(world.live);
        Part part = world.backUp();
        world.upgrade().close();
        String bad = SqliteWorld.content(world.live);
        world.load(part);

        for (int point : new int[] {first, second}) {
            if (point == 0) {
                continue;
            }
            kill(world, point);
            assertThat(SqliteWorld.content(world.live)).isIn(good, bad);
            boolean swapped = SqliteWorld.content(world.live).equals(good);
            assertThat(swapped).as("only the rename changes what is live").isEqualTo(point == 3);
            assertThat(world.data.aside(world.system, world.store, KEPT).isPresent())
                    .as("a second name of the live file is no kept one")
                    .isEqualTo(swapped);
        }
        world.swap();

        assertThat(SqliteWorld.content(world.live)).isEqualTo(good);
        assertThat(SqliteWorld.content(world.folder.resolve(KEPT))).isEqualTo(bad);
        assertThat(world.data.aside(world.system, world.store, BESIDE)).isEmpty();
        assertThat(Mark.read(world.folder.resolve(BESIDE))).isEmpty();
        assertThat(world.swap()).isZero();
    }

    private static void kill(SqliteWorld world, int point) {
        SqliteFile file = new SqliteFile(world.system, world.store);
        assertThatThrownBy(() -> new FileSwap(file, new Journals(file), dyingAt(point))
                        .swap(file.beside(BESIDE), file.beside(KEPT)))
                .isInstanceOf(Crash.class);
    }

    /** What a kill in the middle of a load leaves: a mark, and a file of any length or none. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 4096, 100_000})
    void loadsAnewWhatAKillLeftUnfinished(long bytes) throws Exception {
        SqliteWorld world = new SqliteWorld(root);
        Part part = world.backUp();
        Path copy = world.folder.resolve(BESIDE);
        new Mark(Stage.LOADING, part.sha256(), null).write(copy);
        if (bytes >= 0) {
            Files.write(copy, new byte[(int) bytes]);
        }
        assertThat(world.data.aside(world.system, world.store, BESIDE).map(aside -> aside.stage()))
                .isEqualTo(bytes < 0 ? java.util.Optional.empty() : java.util.Optional.of(Stage.LOADING));

        world.load(part);

        assertThat(world.data
                        .aside(world.system, world.store, BESIDE)
                        .orElseThrow()
                        .stage())
                .isEqualTo(Stage.LOADED);
        assertThat(SqliteWorld.content(copy)).isEqualTo(SqliteWorld.content(world.live));
    }

    /** A copy that was finished before is taken as it is. */
    @Test
    void takesAFinishedCopyAsItIs() throws Exception {
        SqliteWorld world = new SqliteWorld(root);
        Part part = world.backUp();
        world.load(part);
        Object before = Files.getAttribute(world.folder.resolve(BESIDE), "unix:ino");

        world.data.loadBeside(world.system, world.store, part, world.backups, BESIDE, Progress.NONE);

        assertThat(Files.getAttribute(world.folder.resolve(BESIDE), "unix:ino")).isEqualTo(before);
    }
}
