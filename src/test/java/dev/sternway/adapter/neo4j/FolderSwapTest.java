package dev.sternway.adapter.neo4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeContainerHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dies at every point of a swap: the directories are never mixed while the server runs, and the next attempt ends it. */
class FolderSwapTest {
    private static final String BESIDE = "neo4j-next";
    private static final String KEPT = "neo4j-failed";

    @TempDir
    Path root;

    private final FakeContainerHost host = new FakeContainerHost();
    private DataFolder data;
    private GraphServer server;

    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void twoDatabases() throws IOException {
        data = new DataFolder(new Store(
                "graph",
                Store.Kind.NEO4J,
                Store.Holds.DATA,
                "db",
                "127.0.0.1",
                0,
                "neo4j",
                null,
                null,
                null,
                false,
                root.toString(),
                null,
                null,
                Store.Reload.RESTART));
        write("neo4j", "bad");
        write(BESIDE, "good");
        data.mark(BESIDE, new Mark(Stage.LOADED, BESIDE, "sha", null, Map.of()));
        host.run("graph-db", "neo4j", Map.of());
        server = new GraphServer(host, "graph-db", null);
    }

    private void write(String database, String what) throws IOException {
        for (Path folder : data.folders(database)) {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("store"), what);
        }
    }

    private List<String> content(String database) throws IOException {
        return List.of(
                Files.readString(data.databases(database).resolve("store")),
                Files.readString(data.transactions(database).resolve("store")));
    }

    private long swap(int dyingAt) throws IOException {
        int[] passed = {0};
        return new FolderSwap(data, server, () -> {
                    if (++passed[0] == dyingAt) {
                        throw new Crash();
                    }
                })
                .swap(BESIDE, KEPT, Map.of());
    }

    @ParameterizedTest(name = "killed at point {0}, then at point {1}")
    @CsvSource({"1,0", "2,0", "3,0", "4,0", "5,0", "6,0", "1,2", "2,3", "3,3", "4,3", "5,2"})
    void endsTheSwapAfterAKillAtAnyPoint(int first, int second) throws IOException {
        String failed = data.identity("neo4j").orElseThrow();
        for (int point : new int[] {first, second}) {
            if (point > 0) {
                assertThatThrownBy(() -> swap(point)).isInstanceOf(Crash.class);
                if (server.isRunning()) {
                    assertThat(content("neo4j")).isEqualTo(List.of("bad", "bad"));
                }
            }
        }

        swap(0);

        assertThat(server.isRunning()).isTrue();
        assertThat(content("neo4j")).containsExactly("good", "good");
        assertThat(content(KEPT)).containsExactly("bad", "bad");
        assertThat(data.identity(KEPT)).contains(failed);
        assertThat(data.mark(KEPT).orElseThrow().replacedBy())
                .isEqualTo(data.identity("neo4j").orElseThrow());
        assertThat(data.mark(BESIDE)).isEmpty();
        assertThat(swap(0)).isZero();
    }

    @ParameterizedTest(name = "killed at point {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void takesBackASwapThatWasCutOff(int point) throws IOException {
        assertThatThrownBy(() -> swap(point)).isInstanceOf(Crash.class);

        new FolderSwap(data, server, () -> {}).settle(BESIDE);

        assertThat(server.isRunning()).isTrue();
        String live = point == 6 ? "good" : "bad";
        assertThat(content("neo4j")).containsExactly(live, live);
        if (point < 6) {
            assertThat(content(BESIDE)).containsExactly("good", "good");
            assertThat(data.folders(KEPT)).noneMatch(Files::exists);
        }
        swap(0);
        assertThat(content("neo4j")).containsExactly("good", "good");
        assertThat(content(KEPT)).containsExactly("bad", "bad");
    }

    @Test
    void refusesWhenTheNameOfTheKeptOneIsTaken() throws IOException {
        write(KEPT, "somebody else's");

        refused();

        assertThat(content("neo4j")).containsExactly("bad", "bad");
        assertThat(server.isRunning()).isTrue();
    }

    @Test
    void refusesAnUnfinishedCopy() throws IOException {
        data.mark(BESIDE, new Mark(Stage.LOADING, BESIDE, "sha", null, Map.of()));

        refused();
    }

    /** A server that somebody started in the middle makes a database of its own: nobody can tell then. */
    @Test
    void refusesWhatAServerHasMadeInBetween() throws IOException {
        assertThatThrownBy(() -> swap(3)).isInstanceOf(Crash.class);
        Files.createDirectories(data.transactions("neo4j"));

        refused();
        assertThatThrownBy(() -> new FolderSwap(data, server, () -> {}).settle(BESIDE))
                .isInstanceOf(Refusal.class);
    }

    private void refused() {
        assertThatThrownBy(() -> swap(0))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN));
    }

    @Test
    void givesNoNamesThatTheServerWouldNotTake() {
        assertThat(DataFolder.database("neo4j_next_INC_1")).isEqualTo("neo4j-next-inc-1");
        for (String name : List.of("../x", "system", "a", "1st", "x/y")) {
            assertThatThrownBy(() -> DataFolder.database(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"5.27.0,5.26.0,true", "5.26.9,5.26.0,false", "2025.01.0,5.26.0,true", "4.4.9,5.26.0,false"})
    void comparesVersions(String theirs, String ours, boolean newer) {
        assertThat(Dumps.isNewer(theirs, ours)).isEqualTo(newer);
    }
}
