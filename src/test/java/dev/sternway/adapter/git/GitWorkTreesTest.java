package dev.sternway.adapter.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real work tree and a real remote get an annotated tag (S3-01). */
@Tag("S3-01")
class GitWorkTreesTest {
    private static final String TAG = "backup-20261120-101500";

    @TempDir
    Path folder;

    private final GitWorkTrees trees = new GitWorkTrees();
    private Path tree;
    private Path remote;

    @BeforeEach
    void aCommit() throws IOException {
        tree = folder.resolve("tree");
        remote = folder.resolve("remote.git");
        git(folder, "init", "-q", tree.toString());
        git(folder, "init", "-q", "--bare", remote.toString());
        commit("one");
        git(tree, "remote", "add", "origin", remote.toString());
    }

    private void commit(String content) throws IOException {
        Files.writeString(tree.resolve("file"), content);
        git(tree, "add", "file");
        git(tree, "-c", "user.name=t", "-c", "user.email=t@example", "commit", "-q", "-m", content);
    }

    private static String git(Path where, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", where.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes()).strip();
            assertThat(process.waitFor()).as(said).isZero();
            return said;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tagsTheCommitAndPushesTheTagOnce() {
        String commit = trees.tag(tree, TAG, "Sternway: shop@1.0#1", "origin");
        trees.tag(tree, TAG, "Sternway: shop@1.0#1", "origin");

        assertThat(commit).isEqualTo(git(tree, "rev-parse", "HEAD"));
        assertThat(git(tree, "cat-file", "-t", TAG)).isEqualTo("tag");
        assertThat(git(remote, "rev-parse", TAG + "^{commit}")).isEqualTo(commit);
        assertThat(git(remote, "tag", "-l", "-n1")).isEqualTo(TAG + " Sternway: shop@1.0#1");
    }

    @Test
    void refusesATagThatIsOnAnotherCommit() throws IOException {
        trees.tag(tree, TAG, "one", null);
        commit("two");

        assertThatThrownBy(() -> trees.tag(tree, TAG, "two", null))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("is on another commit already");
    }

    @Test
    void saysWhyARemoteDoesNotTakeIt() {
        git(tree, "remote", "set-url", "origin", folder.resolve("gone.git").toString());

        assertThatThrownBy(() -> trees.tag(tree, TAG, "one", "origin"))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("git push in")
                .hasMessageContaining("gone.git");
    }

    @Test
    void seesWhatWasChangedByHand() throws IOException {
        assertThat(trees.isChanged(tree)).isFalse();
        Files.writeString(tree.resolve("file"), "by hand");
        assertThat(trees.isChanged(tree)).isTrue();
    }

    @Test
    void aFolderThatIsNoTreeIsToldApart() {
        assertThatThrownBy(() -> trees.isChanged(folder))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("not a git repository");
    }
}
