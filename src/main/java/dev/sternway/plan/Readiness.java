package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.SnapshotPart;
import dev.sternway.catalogue.SnapshotPart.Kind;
import dev.sternway.catalogue.SnapshotParts;
import dev.sternway.port.ContainerHost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Whether a system could be taken back now: all five parts of its last snapshot are there (S3-01). */
@Component
public class Readiness {
    private final ReleaseLedger releases;
    private final BackupLedger backups;
    private final SnapshotParts parts;
    private final ContainerHost host;

    Readiness(ReleaseLedger releases, BackupLedger backups, SnapshotParts parts, ContainerHost host) {
        this.releases = releases;
        this.backups = backups;
        this.parts = parts;
        this.host = host;
    }

    /**
     * How a system stands.
     *
     * @param release the release to go back to, or null
     * @param backup the newest backup set that a restore may choose, or null
     * @param parts of the snapshot of that release, each with what to do when it is missing
     */
    public record State(String release, String backup, List<SnapshotPart> parts) {
        /** True when nothing is missing. */
        public boolean ready() {
            return missing().isEmpty();
        }

        /** What is missing. */
        public List<SnapshotPart> missing() {
            return parts.stream()
                    .filter(part -> part.state() == SnapshotPart.State.MISSING)
                    .toList();
        }
    }

    /** As it is now: images and backup sets that are gone since the snapshot are missing. */
    public State of(ManagedSystem system) {
        String backup = backups.candidates(system.id(), Instant.now()).stream()
                .findFirst()
                .map(BackupSet::id)
                .orElse(null);
        Optional<Release> release = releases.latest(system.id());
        if (release.isEmpty()) {
            return new State(
                    null,
                    backup,
                    List.of(SnapshotPart.missing(Kind.RELEASE, "no release was recorded before an upgrade")));
        }
        return new State(release.get().id(), backup, parts(system, release.get()));
    }

    private List<SnapshotPart> parts(ManagedSystem system, Release release) {
        Optional<BackupSet> set = backups.list(system.id()).stream()
                .filter(each -> release.id().equals(each.releaseId()))
                .findFirst();
        if (set.isEmpty()) {
            return List.of(SnapshotPart.missing(Kind.DATA, "release '" + release.id() + "' has no backup set"));
        }
        List<SnapshotPart> kept = parts.of(set.get().id());
        if (kept.isEmpty()) {
            return List.of(SnapshotPart.missing(
                    Kind.RELEASE,
                    "the snapshot of release '" + release.id() + "' is not finished, or from before there were parts"));
        }
        return kept.stream()
                .map(part -> part.kind() == Kind.RELEASE ? present(part, release) : part)
                .toList();
    }

    private SnapshotPart present(SnapshotPart part, Release release) {
        List<String> gone = release.services().values().stream()
                .filter(service -> !host.hasImage(service.imageId()))
                .map(Release.RecordedService::imageName)
                .distinct()
                .toList();
        return gone.isEmpty() ? part : SnapshotPart.missing(Kind.RELEASE, "images gone: " + String.join(", ", gone));
    }
}
