package dev.sternway.adapter.neo4j;

import static dev.sternway.adapter.neo4j.Neo4jWorld.BESIDE;
import static dev.sternway.adapter.neo4j.Neo4jWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Identity;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.DataStore.Trial;
import dev.sternway.port.OutsideException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The graph of a real Neo4j server, dumped, tried, restored and taken back by its own tool. */
@Tag("S1-02")
@Tag("long")
class Neo4jDataStoreTest {
    private final Neo4jWorld world = Neo4jWorld.running();

    @Test
    void restoresAndSwapsBack() {
        String good = world.content();
        Map<String, Long> counted =
                Map.of(Cypher.NODES, 52L, ":Person", 50L, ":SchemaVersion", 1L, "-[:KNOWS]->", 200L);
        assertThat(world.data.obstacles(world.system, world.store)).isEmpty();
        world.container.done.clear();

        Part part = world.backUp();

        assertThat(part.rows()).isEqualTo(counted);
        assertThat(part.schemaVersion()).isEqualTo("7");
        assertThat(world.container.done)
                .as("away only while files are copied")
                .containsExactly("stop", "start", "database dump sternway-dump-graph --to-stdout");
        assertThat(world.databases()).containsExactly("neo4j", "system");
        world.data.verify(world.system, world.store, part, world.backups);

        world.upgrade();
        String bad = world.content();
        Identity failed = world.data.identify(world.system, world.store);
        assertThat(failed.schemaVersion()).isEqualTo("8");
        world.container.done.clear();
        Trial trial = world.data.tryRestore(
                world.system, world.store, part, world.backups, "neo4j_trial_1", List.of(), Progress.NONE);
        assertThat(trial.faults()).isEmpty();
        world.data.loadBeside(world.system, world.store, part, world.backups, BESIDE, Progress.NONE);
        assertThat(world.data.copies(world.system, world.store)).containsExactly(BESIDE);
        assertThat(world.data
                        .compare(world.system, world.store, BESIDE, part.snapshotAt(), Progress.NONE)
                        .tables())
                .contains(new TableLoss(":Ghost", 1, 0, 1, 0), new TableLoss(":Person", 50, 50, 0, 0))
                .anyMatch(each ->
                        each.table().startsWith("(nodes; counted only") && each.live() == 54 && each.onlyLive() == 1);
        assertThat(world.container.done).doesNotContain("stop");
        assertThat(world.content()).isEqualTo(bad);

        assertThat(world.data.swap(world.system, world.store, BESIDE, KEPT)).isPositive();
        world.awaitReady();

        assertThat(world.content()).isEqualTo(good);
        assertThat(world.data.rows(world.system, world.store)).isEqualTo(counted);
        Identity restored = world.data.identify(world.system, world.store);
        assertThat(restored.schemaVersion()).isEqualTo("7");
        assertThat(world.data.aside(world.system, world.store, KEPT))
                .contains(new Aside(Stage.KEPT, failed.identity(), part.sha256(), restored.identity()));
        assertThat(world.data.aside(world.system, world.store, BESIDE)).isEmpty();
        assertThat(world.data.swap(world.system, world.store, BESIDE, KEPT)).isZero();

        world.run("create (:Since)");
        assertThat(world.data
                        .compare(world.system, world.store, KEPT, part.snapshotAt(), Progress.NONE)
                        .tables())
                .contains(new TableLoss(":Since", 1, 0, 1, 0), new TableLoss(":Ghost", 0, 1, 0, 0));
        world.data.swap(world.system, world.store, KEPT, BESIDE);
        world.awaitReady();

        assertThat(world.content()).isEqualTo(bad);
        world.data.discard(world.system, world.store, BESIDE);
        world.data.discard(world.system, world.store, BESIDE);
        assertThat(world.databases()).containsExactly("neo4j", "system");
    }

    @Test
    void answersQuestionsAndWritesNothing() {
        assertThat(world.data.query(world.system, world.store, "match (p:Nobody) return count(p)"))
                .isEqualTo("0");
        assertThat(world.data.query(world.system, world.store, "match (p:Nobody) return p"))
                .isNull();
        assertThatThrownBy(() -> world.data.query(world.system, world.store, "create (:Intruder) return 1"))
                .isInstanceOf(OutsideException.class);
        assertThatThrownBy(() -> world.data.query(world.system, world.store, "match"))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("SyntaxError");
        assertThat(world.data.rows(world.system, world.store)).doesNotContainKey(":Intruder");
    }
}
