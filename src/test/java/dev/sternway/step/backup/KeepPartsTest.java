package dev.sternway.step.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupPolicy;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.SnapshotPart;
import dev.sternway.catalogue.SnapshotPart.Kind;
import dev.sternway.catalogue.SnapshotPart.State;
import dev.sternway.catalogue.SnapshotParts;
import dev.sternway.catalogue.SnapshotPolicy;
import dev.sternway.port.Archives;
import dev.sternway.port.OutsideException;
import dev.sternway.port.WorkTrees;
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

/** The five parts of a snapshot before an upgrade; what is missing is named with its remedy (S3-01). */
@Tag("S3-01")
class KeepPartsTest {
    private static final Instant AT = Instant.parse("2026-11-20T10:15:00Z");
    private static final BackupSet SET =
            new BackupSet("shop-1", "shop", BackupSet.Purpose.PRE_UPGRADE, "shop@1.0#1", AT, List.of());
    private static final Release RELEASE = new Release(
            "shop@1.0#1",
            "shop",
            "1.0",
            AT,
            Map.of(
                    "api",
                    new Release.RecordedService("sha256:1", "api:1", null, JsonNodeFactory.instance.objectNode())),
            Map.of());

    @TempDir
    Path folder;

    private final BackupLedger backups = mock(BackupLedger.class);
    private final SnapshotParts parts = mock(SnapshotParts.class);
    private final WorkTrees trees = mock(WorkTrees.class);
    private final Archives archives = mock(Archives.class);
    private final KeepParts step = new KeepParts(backups, parts, trees, archives);

    @BeforeEach
    void whole() {
        when(backups.isComplete("shop-1")).thenReturn(true);
        when(backups.directory()).thenReturn(folder);
        when(archives.pack(any(), any())).thenAnswer(call -> {
            Path target = call.getArgument(1);
            Files.createDirectories(target.getParent());
            Files.writeString(target, "packed");
            return 3;
        });
    }

    private static ManagedSystem system(SnapshotPolicy policy) {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT,
                null,
                BackupPolicy.NONE,
                policy);
    }

    private List<SnapshotPart> kept(SnapshotPolicy policy) {
        List<SnapshotPart> kept = step.keep(system(policy), RELEASE, SET);
        verify(parts).keep("shop-1", "shop@1.0#1", kept);
        assertThat(kept).extracting(SnapshotPart::kind).containsExactly(Kind.values());
        return kept;
    }

    private static SnapshotPart part(List<SnapshotPart> parts, Kind kind) {
        return parts.stream().filter(part -> part.kind() == kind).findFirst().orElseThrow();
    }

    private static SnapshotPolicy.Files at(Path path) {
        return new SnapshotPolicy.Files(List.of(path.toString()), null);
    }

    @Test
    void whatTheCatalogueDoesNotNameIsMissingAndSaysWhatToDo() {
        List<SnapshotPart> kept = kept(SnapshotPolicy.NONE);

        assertThat(part(kept, Kind.RELEASE).state()).isEqualTo(State.KEPT);
        assertThat(part(kept, Kind.CONFIGURATION).detail()).isEqualTo("settings of 1 container with the release");
        assertThat(part(kept, Kind.DATA).state()).isEqualTo(State.KEPT);
        SnapshotPart lock = part(kept, Kind.PACKAGE_LOCK);
        assertThat(lock.state()).isEqualTo(State.MISSING);
        assertThat(lock.remedy()).contains("snapshot.packageLock.paths", "snapshot.packageLock.notApplicable");
        assertThat(part(kept, Kind.ARTEFACTS).state()).isEqualTo(State.MISSING);
    }

    @Test
    void filesArePackedWithTheirChecksumAndAReasonIsAsGood() throws IOException {
        Path lock = Files.writeString(folder.resolve("package-lock.json"), "{}");

        List<SnapshotPart> kept =
                kept(new SnapshotPolicy(null, at(lock), at(lock), new SnapshotPolicy.Files(null, "in the images")));

        assertThat(kept).noneMatch(part -> part.state() == State.MISSING);
        SnapshotPart packed = part(kept, Kind.PACKAGE_LOCK);
        assertThat(packed.file()).isEqualTo("shop-1/snapshot-package-lock.tar.gz");
        assertThat(packed.bytes()).isEqualTo(6);
        assertThat(packed.sha256()).hasSize(64);
        assertThat(part(kept, Kind.CONFIGURATION).detail()).contains("settings of 1 container", "3 files of");
        assertThat(part(kept, Kind.ARTEFACTS).state()).isEqualTo(State.NOT_APPLICABLE);
        assertThat(part(kept, Kind.ARTEFACTS).remedy()).isNull();
    }

    @Test
    void whatIsNotThereIsMissing() {
        SnapshotPart lock =
                part(kept(new SnapshotPolicy(null, null, at(folder.resolve("gone")), null)), Kind.PACKAGE_LOCK);

        assertThat(lock.state()).isEqualTo(State.MISSING);
        assertThat(lock.detail()).startsWith("not there: [").contains("gone");
    }

    @Test
    void theCommitGetsATagWithTheTimeOfTheRelease() {
        when(trees.tag(eq(folder), eq("backup-20261120-101500"), any(), eq("origin")))
                .thenReturn("c0ffee");
        SnapshotPolicy policy =
                new SnapshotPolicy(new SnapshotPolicy.Repository(folder.toString(), "origin"), null, null, null);

        assertThat(part(kept(policy), Kind.RELEASE).detail())
                .contains("commit c0ffee", "tag 'backup-20261120-101500', pushed to 'origin'");
    }

    @Test
    void aCommitWithoutItsTagAndAChangedTreeAreNoRelease() {
        SnapshotPolicy policy =
                new SnapshotPolicy(new SnapshotPolicy.Repository(folder.toString(), "origin"), null, null, null);
        when(trees.tag(any(), any(), any(), any())).thenThrow(new OutsideException("the remote hung up"));
        List<SnapshotPart> unpushed = step.keep(system(policy), RELEASE, SET);
        assertThat(part(unpushed, Kind.RELEASE).state()).isEqualTo(State.MISSING);
        assertThat(part(unpushed, Kind.RELEASE).detail()).contains("the remote hung up");

        when(trees.isChanged(folder)).thenReturn(true);
        List<SnapshotPart> changed = step.keep(system(policy), RELEASE, SET);
        assertThat(part(changed, Kind.RELEASE).detail()).contains("differ from its commit");
    }
}
