package dev.sternway.adapter.files;

import static dev.sternway.adapter.files.FilesWorld.BESIDE;
import static dev.sternway.adapter.files.FilesWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dies at every point of the swap of a directory: what is live is wholly the old or wholly the new one, and the next attempt ends it. */
class FilesCrashTest {
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

    @ParameterizedTest(name = "killed at point {0}, then at point {1}, back: {2}")
    @CsvSource({
        "1,0,false",
        "2,0,false",
        "3,0,false",
        "1,1,false",
        "1,2,false",
        "1,3,false",
        "2,1,false",
        "2,2,false",
        "2,3,false",
        "1,0,true",
        "2,0,true",
        "3,0,true",
        "2,2,true"
    })
    void endsTheSwapAfterAKillAtAnyPoint(int first, int second, boolean back) {
        FilesWorld world = new FilesWorld(root);
        Part part = world.backUp();
        String good = FilesWorld.content(world.live);
        world.upgrade();
        String bad = FilesWorld.content(world.live);
        world.load(part);
        String next = back ? KEPT : BESIDE;
        String kept = back ? BESIDE : KEPT;
        if (back) {
            world.swap();
        }
        String wanted = back ? bad : good;
        String before = back ? good : bad;

        for (int point : new int[] {first, second}) {
            if (point > 0) {
                assertThatThrownBy(() ->
                                world.data.swap(new HostFile(world.system, world.store), next, kept, dyingAt(point)))
                        .isInstanceOf(Crash.class);
                Shape shape = world.data.shape(world.system, world.store, next, kept);
                assertThat(shape.live().isEmpty())
                        .as("the name is empty only between the renames")
                        .isEqualTo(point == 2);
                world.data.settle(world.system, world.store, next);
                assertThat(FilesWorld.content(world.live)).isEqualTo(point == 3 ? wanted : before);
                assertThat(world.data.aside(world.system, world.store, kept).isPresent())
                        .isEqualTo(point == 3);
            }
        }
        world.data.swap(world.system, world.store, next, kept);

        assertThat(FilesWorld.content(world.live)).isEqualTo(wanted);
        assertThat(FilesWorld.content(world.folder.resolve(kept))).isEqualTo(before);
        assertThat(world.names()).containsExactlyInAnyOrder("site", kept, kept + ".sternway");
        assertThat(world.data.swap(world.system, world.store, next, kept)).isZero();
    }
}
