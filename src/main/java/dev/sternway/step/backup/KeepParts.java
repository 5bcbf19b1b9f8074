package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.SnapshotPart;
import dev.sternway.catalogue.SnapshotPart.Kind;
import dev.sternway.catalogue.SnapshotPart.State;
import dev.sternway.catalogue.SnapshotParts;
import dev.sternway.catalogue.SnapshotPolicy;
import dev.sternway.evidence.Words;
import dev.sternway.port.Archives;
import dev.sternway.port.OutsideException;
import dev.sternway.port.WorkTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * Completes a snapshot before an upgrade: beside the recorded release and the data, what the catalogue names of
 * configuration, package lock and artefacts, and a tag on the commit (S3-01). What cannot be kept fails nothing, it is
 * written down as missing.
 */
@Component
public class KeepParts {
    private static final DateTimeFormatter IN_TAG =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final BackupLedger backups;
    private final SnapshotParts parts;
    private final WorkTrees trees;
    private final Archives archives;

    KeepParts(BackupLedger backups, SnapshotParts parts, WorkTrees trees, Archives archives) {
        this.backups = backups;
        this.parts = parts;
        this.trees = trees;
        this.archives = archives;
    }

    /** Keeps what there is of the five parts, and what is missing of them. */
    public List<SnapshotPart> keep(ManagedSystem system, Release release, BackupSet set) {
        List<SnapshotPart> all = new ArrayList<>();
        all.add(release(system, release));
        all.add(configuration(system, release, set));
        all.add(files(system, Kind.PACKAGE_LOCK, set));
        all.add(files(system, Kind.ARTEFACTS, set));
        all.add(
                backups.isComplete(set.id())
                        ? SnapshotPart.kept(
                                Kind.DATA,
                                "backup set '" + set.id() + "' of "
                                        + Words.some(set.parts().size(), "store"))
                        : SnapshotPart.missing(Kind.DATA, "backup set '" + set.id() + "' is not complete"));
        parts.keep(set.id(), release.id(), all);
        return all;
    }

    private SnapshotPart release(ManagedSystem system, Release release) {
        String images = "release '" + release.id() + "', image ids of "
                + Words.some(release.services().size(), "service");
        SnapshotPolicy.Repository repository = system.snapshot().repository();
        if (repository == null) {
            return SnapshotPart.kept(Kind.RELEASE, images);
        }
        Path tree = Path.of(repository.path());
        String tag = "backup-" + IN_TAG.format(release.recordedAt());
        try {
            if (trees.isChanged(tree)) {
                return SnapshotPart.missing(
                        Kind.RELEASE, "files of '" + tree + "' differ from its commit, which would lose them");
            }
            String commit = trees.tag(tree, tag, "Sternway: " + release.id(), repository.push());
            return SnapshotPart.kept(
                    Kind.RELEASE,
                    images + "; commit " + commit + " of '" + tree + "' with tag '" + tag + "'"
                            + (repository.push() == null ? "" : ", pushed to '" + repository.push() + "'"));
        } catch (OutsideException e) {
            return SnapshotPart.missing(Kind.RELEASE, images + "; the commit has no tag: " + e.getMessage());
        }
    }

    /** The settings of containers are recorded with the release; files beside them are what the catalogue names. */
    private SnapshotPart configuration(ManagedSystem system, Release release, BackupSet set) {
        String settings = "settings of " + Words.some(release.services().size(), "container") + " with the release";
        if (system.snapshot().configuration() == null) {
            return release.services().isEmpty()
                    ? files(system, Kind.CONFIGURATION, set)
                    : SnapshotPart.kept(Kind.CONFIGURATION, settings);
        }
        SnapshotPart files = files(system, Kind.CONFIGURATION, set);
        return files.state() != State.KEPT
                ? files
                : new SnapshotPart(
                        Kind.CONFIGURATION,
                        State.KEPT,
                        settings + "; " + files.detail(),
                        files.file(),
                        files.bytes(),
                        files.sha256());
    }

    private SnapshotPart files(ManagedSystem system, Kind kind, BackupSet set) {
        SnapshotPolicy.Files policy = system.snapshot().of(kind);
        if (policy == null) {
            return SnapshotPart.missing(kind, "the catalogue does not say where it is");
        }
        if (policy.notApplicable() != null) {
            return SnapshotPart.notApplicable(kind, policy.notApplicable());
        }
        List<Path> paths = policy.paths().stream().map(Path::of).toList();
        List<Path> gone = paths.stream()
                .filter(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
        if (!gone.isEmpty()) {
            return SnapshotPart.missing(kind, "not there: " + gone);
        }
        String file =
                set.id() + "/snapshot-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".tar.gz";
        Path target = backups.directory().resolve(file);
        try {
            int count = archives.pack(paths, target);
            return new SnapshotPart(
                    kind,
                    State.KEPT,
                    Words.some(count, "file") + " of " + paths,
                    file,
                    Files.size(target),
                    BackupFile.sha256(target));
        } catch (OutsideException | IOException e) {
            return SnapshotPart.missing(kind, String.valueOf(e.getMessage()));
        }
    }
}
