package dev.sternway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a catalogue may say of the parts of a snapshot (S3-01). */
@Tag("S3-01")
class SnapshotRulesTest {
    private final List<String> mistakes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private void look(SnapshotPolicy policy, Store... stores) {
        ManagedSystem system = new ManagedSystem(
                "a",
                "A",
                new ManagedSystem.AlertMatch("system", "a"),
                null,
                List.of(),
                List.of(stores),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT,
                null,
                BackupPolicy.NONE,
                policy);
        new SnapshotRules(mistakes, warnings).look(system, "systems/a/snapshot");
    }

    @Test
    void everyMistakeHasItsPlace() {
        look(new SnapshotPolicy(
                new SnapshotPolicy.Repository("app", "--mirror"),
                new SnapshotPolicy.Files(null, null),
                new SnapshotPolicy.Files(List.of("/srv/lock", "../lock"), "none"),
                new SnapshotPolicy.Files(List.of("/srv/../etc/shadow"), null)));

        assertThat(mistakes)
                .containsExactly(
                        "systems/a/snapshot/repository/path: must be an absolute path without '..', got 'app'",
                        "systems/a/snapshot/repository/push: must be the name or the address of a remote, got '--mirror'",
                        "systems/a/snapshot/artefacts/paths/0: must be an absolute path without '..',"
                                + " got '/srv/../etc/shadow'",
                        "systems/a/snapshot/configuration: must have exactly one of paths and notApplicable",
                        "systems/a/snapshot/packageLock: must have exactly one of paths and notApplicable",
                        "systems/a/snapshot/packageLock/paths/1: must be an absolute path without '..', got '../lock'");
    }

    @Test
    void warnsOfWhatIsNotSaidWhereThereIsData() {
        look(SnapshotPolicy.NONE);
        assertThat(warnings).isEmpty();

        look(
                SnapshotPolicy.NONE,
                new Store("s", Store.Kind.SQLITE, null, null, 0, "/srv/a.sqlite", null, null, null, false));

        assertThat(mistakes).isEmpty();
        assertThat(warnings)
                .hasSize(2)
                .allMatch(warning -> warning.contains("makes it rollback-ready"))
                .anyMatch(warning -> warning.startsWith("systems/a/snapshot/packageLock: "));
    }
}
