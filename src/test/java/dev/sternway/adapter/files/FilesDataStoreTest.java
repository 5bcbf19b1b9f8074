package dev.sternway.adapter.files;

import static dev.sternway.adapter.files.FilesWorld.BESIDE;
import static dev.sternway.adapter.files.FilesWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Adopted;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory is backed up, looked through, loaded beside, compared, swapped and swapped back; links stay links. */
class FilesDataStoreTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    Path root;

    private FilesWorld world;

    @BeforeEach
    void aSite() {
        world = new FilesWorld(root);
    }

    @Test
    @Tag("S4-21")
    void restoresEveryFileWithOwnerModeAndTimeAndSwapsBack() {
        String good = FilesWorld.content(world.live);
        Part part = world.backUp();
        assertThat(part.format()).isEqualTo(Format.TAR_GZIP);
        assertThat(part.rows()).isEqualTo(Map.of(".", 1L, "assets", 4L));
        world.upgrade();
        String bad = FilesWorld.content(world.live);

        world.load(part);
        assertThat(world.data
                        .aside(world.system, world.store, BESIDE)
                        .orElseThrow()
                        .stage())
                .isEqualTo(Stage.LOADED);
        assertThat(world.swap()).isPositive();

        assertThat(FilesWorld.content(world.live)).isEqualTo(good);
        assertThat(FilesWorld.content(world.folder.resolve(KEPT))).isEqualTo(bad);
        assertThat(world.data
                        .aside(world.system, world.store, KEPT)
                        .orElseThrow()
                        .replacedBy())
                .isEqualTo(world.data.identify(world.system, world.store).identity());
        assertThat(world.swap()).as("done already").isZero();

        assertThat(world.data.swap(world.system, world.store, KEPT, BESIDE)).isPositive();
        assertThat(FilesWorld.content(world.live)).isEqualTo(bad);
        assertThat(FilesWorld.content(world.folder.resolve(BESIDE))).isEqualTo(good);

        world.data.discard(world.system, world.store, BESIDE);
        assertThat(world.names()).containsExactly("site");
    }

    @Test
    void tellsFileByFileWhatWouldBeLost() {
        Part part = world.backUp();
        world.upgrade();
        world.load(part);

        Loss loss = world.data.compare(world.system, world.store, BESIDE, NOON, Progress.NONE);

        assertThat(loss.tables()).containsExactly(new TableLoss(".", 1, 1, 0, 1), new TableLoss("assets", 4, 4, 1, 0));
        assertThat(loss.from()).isEqualTo(NOON);
    }

    @Test
    void takesAFinishedCopyAsItIsAndThrowsAnUnfinishedOneAway() throws IOException {
        Part part = world.backUp();
        Path copy = world.folder.resolve(BESIDE);
        new Mark(Stage.LOADING, part.sha256(), null).write(copy);
        Files.createDirectories(copy.resolve("assets"));
        Files.writeString(copy.resolve("assets/half"), "half");
        assertThat(world.data.copies(world.system, world.store)).containsExactly(BESIDE);

        world.load(part);
        Object first = Files.getAttribute(copy, "unix:ino");
        world.load(part);

        assertThat(FilesWorld.content(copy)).isEqualTo(FilesWorld.content(world.live));
        assertThat(Files.getAttribute(copy, "unix:ino")).isEqualTo(first);
    }

    @Test
    void refusesACopyThatSomebodyElseMade() throws IOException {
        Part part = world.backUp();
        Files.createDirectory(world.folder.resolve(BESIDE));

        assertThat(refused(() -> world.load(part)).code()).isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN);
        assertThat(refused(() -> world.data.discard(world.system, world.store, BESIDE))
                        .code())
                .isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN);
        assertThat(world.names()).containsExactly("site", BESIDE);
    }

    @Test
    void refusesTheSwapWhileSomebodyWorksInTheDirectory() throws Exception {
        Part part = world.backUp();
        world.load(part);
        Process holder = new ProcessBuilder("sleep", "60")
                .directory(world.live.resolve("assets").toFile())
                .start();
        try {
            Refusal refusal = refused(world::swap);

            assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_IN_USE);
            assertThat(refusal).hasMessageContaining(holder.pid() + " sleep");
            assertThat(world.names()).containsExactly("site", BESIDE, BESIDE + ".sternway");
        } finally {
            holder.destroyForcibly().waitFor();
        }
        assertThat(world.swap()).isPositive();
    }

    @Test
    void swapsBelowServicesThatLookForChangesThemselves() throws Exception {
        world = new FilesWorld(root.resolve("watched"), Store.Reload.WATCHED);
        world.load(world.backUp());
        Process holder =
                new ProcessBuilder("sleep", "60").directory(world.live.toFile()).start();
        try {
            assertThat(world.data.stopsUsers(world.store)).isFalse();
            assertThat(world.swap()).isPositive();
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void namesALinkThatLeadsOutBeforeAnythingIsDone() throws IOException {
        Files.createSymbolicLink(world.live.resolve("assets/out"), Path.of("../../secret"));

        assertThat(world.data.obstacles(world.system, world.store))
                .containsExactly("the link 'assets/out' in '" + world.live + "' leads out of it, to '../../secret'");
        Refusal refusal = refused(() -> world.data.backUp(world.system, world.store, world.backups, Progress.NONE));
        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_UNSAFE);
        assertThat(world.backups).isEmptyDirectory();
    }

    @Test
    void leavesPipesOutOfABackup() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", world.live.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();

        assertThat(world.backUp().totalRows()).isEqualTo(5);
    }

    @Test
    void triesABackupAndLeavesNothing() throws IOException {
        Part part = world.backUp();
        String hash = BackupFile.sha256(world.live.resolve("index.html"));
        world.upgrade();

        Trial trial = world.data.tryRestore(
                world.system,
                world.store,
                part,
                world.backups,
                "site_trial_1",
                List.of(new Question("index", "index.html", hash), new Question("none", "assets/none", "x")),
                Progress.NONE);

        assertThat(trial.rows()).isEqualTo(part.rows());
        assertThat(trial.faults()).containsExactly("'none' gives 'null' instead of 'x'");
        assertThat(world.names()).containsExactly("site");
        assertThat(world.data.query(world.system, world.store, "index.html")).isNotEqualTo(hash);
        assertThat(world.data.query(world.system, world.store, "../../etc/passwd"))
                .isNull();
    }

    @Test
    void keepsASingleFileWithoutItsNameEverBeingEmpty() throws IOException {
        Path file = world.folder.resolve("model.bin");
        Files.writeString(file, "good");
        Store store = FilesWorld.store("model", file, Store.Reload.RESTART);
        ManagedSystem system = world.system;
        Part part = world.data.backUp(system, store, world.backups, Progress.NONE);
        Files.writeString(file, "bad");

        world.data.loadBeside(system, store, part, world.backups, "model.bin_next", Progress.NONE);
        assertThat(world.data
                        .compare(system, store, "model.bin_next", NOON, Progress.NONE)
                        .changed())
                .isEqualTo(1);
        world.data.swap(system, store, "model.bin_next", "model.bin_failed");

        assertThat(file).hasContent("good");
        assertThat(world.folder.resolve("model.bin_failed")).hasContent("bad");
    }

    @Test
    @Tag("S2-13")
    void adoptsAnArchiveOfAScript() throws Exception {
        Path script = root.resolve("script/site");
        Files.createDirectories(script.resolve("assets"));
        Files.writeString(script.resolve("index.html"), "adopted");
        Files.writeString(script.resolve("assets/app.js"), "adopted");
        Files.createLink(script.resolve("assets/same.js"), script.resolve("assets/app.js"));
        Path archive = root.resolve("backup-20261120-101500.tar.gz");
        assertThat(new ProcessBuilder(
                                "tar",
                                "-czf",
                                archive.toString(),
                                "-C",
                                script.getParent().toString(),
                                "site")
                        .start()
                        .waitFor())
                .isZero();
        Files.setLastModifiedTime(archive, java.nio.file.attribute.FileTime.from(NOON.minusSeconds(86_400)));

        Adopted adopted = world.data.adopt(world.system, world.store, archive, world.backups);

        assertThat(adopted.takenAt()).isEqualTo(Instant.parse("2026-11-20T10:15:00Z"));
        assertThat(adopted.part().rowsKnown()).as("until it was proved").isFalse();
        world.data.verify(world.system, world.store, adopted.part(), world.backups);
        world.load(adopted.part());
        assertThat(world.folder.resolve(BESIDE).resolve("index.html")).hasContent("adopted");
        assertThat(world.folder.resolve(BESIDE).resolve("assets/same.js")).hasContent("adopted");
    }

    @Test
    void adoptsNoArchiveThatHoldsNothingOfTheStore() throws Exception {
        Path archive = root.resolve("backup.tar.gz");
        Files.createDirectories(root.resolve("nothing"));
        assertThat(new ProcessBuilder("tar", "-czf", archive.toString(), "-C", root.toString(), "nothing")
                        .start()
                        .waitFor())
                .isZero();

        assertThat(refused(() -> world.data.adopt(world.system, world.store, archive, world.backups))
                        .code())
                .isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
    }

    private static Refusal refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable doing) {
        return catchThrowableOfType(Refusal.class, doing);
    }
}
