package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.decision.Scope;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The releases and backup sets that a system can go back to, as they are now: images, manifests, files. */
@Component
public class RestorePoints {
    /** How many are offered where nobody named one (S3-09). */
    public static final int OFFERED = 5;

    private final ReleaseLedger releases;
    private final BackupLedger backups;
    private final ContainerHost host;
    private final RestoreHistory history;

    RestorePoints(ReleaseLedger releases, BackupLedger backups, ContainerHost host, RestoreHistory history) {
        this.releases = releases;
        this.backups = backups;
        this.host = host;
        this.history = history;
    }

    /** The last ones of the system, newest first; of one moment the backup first, as it brings the release with it. */
    public List<RestorePoint> last(ManagedSystem system, int count) {
        return last(system, count, Scope.FULL);
    }

    /** As above, for a scope: where only data goes back, releases are no choice. */
    public List<RestorePoint> last(ManagedSystem system, int count, Scope scope) {
        Instant now = Instant.now();
        List<Release> known = scope.restoresStores()
                ? List.of()
                : releases.list(system.id()).stream().limit(count).toList();
        List<BackupSet> sets =
                backups.candidates(system.id(), now).stream().limit(count).toList();
        return Stream.concat(known.stream().map(this::of), sets.stream().map(set -> of(set, known)))
                .sorted(Comparator.comparing(RestorePoint::takenAt)
                        .thenComparing(RestorePoint::kind)
                        .reversed())
                .limit(count)
                .toList();
    }

    private RestorePoint of(Release release) {
        List<String> gone = release.services().values().stream()
                .filter(service -> !host.hasImage(service.imageId()))
                .map(Release.RecordedService::imageName)
                .distinct()
                .toList();
        return new RestorePoint(
                RestorePoint.Kind.RELEASE,
                release.id(),
                release.version(),
                release.recordedAt(),
                gone.isEmpty(),
                gone.isEmpty() ? "images present" : "images gone: " + String.join(", ", gone));
    }

    private RestorePoint of(BackupSet set, List<Release> known) {
        String version = known.stream()
                .filter(release -> Objects.equals(release.id(), set.releaseId()))
                .map(Release::version)
                .findFirst()
                .or(() -> Optional.ofNullable(set.releaseId())
                        .flatMap(releases::find)
                        .map(Release::version))
                .orElse(null);
        String wrong = wrong(set);
        return new RestorePoint(
                RestorePoint.Kind.BACKUP,
                set.id(),
                version,
                set.takenAt(),
                wrong == null,
                wrong == null
                        ? "manifest verified, files of their size, "
                                + history.proof(set.id()).words()
                        : wrong);
    }

    /** What a quick look or a trial found wrong, or null; every byte is read before anything is loaded. */
    private String wrong(BackupSet set) {
        try {
            backups.verifyManifest(set);
        } catch (Refusal refusal) {
            return refusal.getMessage();
        }
        BackupProofs.Proof proof = history.proof(set.id());
        if (proof.state() == BackupProofs.State.FAILED) {
            return "trial restore " + proof.words();
        }
        for (BackupSet.Part part : set.parts()) {
            Path file = backups.directory().resolve(part.file());
            try {
                if (Files.isRegularFile(file) && Files.size(file) != part.bytes()) {
                    return "file '" + part.file() + "' has another size than its manifest says";
                }
            } catch (IOException e) {
                return "file '" + part.file() + "' cannot be read";
            }
            if (Files.notExists(file)) {
                return "file '" + part.file() + "' is gone";
            }
        }
        return null;
    }
}
