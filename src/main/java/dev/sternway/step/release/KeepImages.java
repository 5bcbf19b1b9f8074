package dev.sternway.step.release;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.plan.BackupNeeds;
import dev.sternway.plan.RestorePoints;
import dev.sternway.port.ContainerHost;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Keeps the images of releases that somebody may go back to from being pruned (A.7.8): of the newest ones, of those that a
 * backup set was taken on, and of those that a plan of an open incident goes back to. The others are let go.
 */
@Component
public class KeepImages {
    private static final int KEEPER_BYTES = 4;

    private final ContainerHost host;
    private final ReleaseLedger releases;
    private final BackupLedger backups;
    private final BackupNeeds needs;

    KeepImages(ContainerHost host, ReleaseLedger releases, BackupLedger backups, BackupNeeds needs) {
        this.host = host;
        this.releases = releases;
        this.backups = backups;
        this.needs = needs;
    }

    /** Keeps the images of one release. */
    public void keep(Release release) {
        images(release).forEach(image -> host.keepImage(image, keeper()));
    }

    /**
     * Makes right what is kept: whatever is needed and still there is kept, whatever else was kept is let go.
     *
     * @param systems all that this Sternway manages
     * @return ids of the images that were let go
     */
    public List<String> settle(Collection<ManagedSystem> systems) {
        Set<String> needed = new TreeSet<>();
        systems.forEach(system -> needed(system).forEach(release -> needed.addAll(images(release))));
        Set<String> kept = host.keptImages(keeper());
        needed.stream()
                .filter(image -> !kept.contains(image) && host.hasImage(image))
                .forEach(image -> host.keepImage(image, keeper()));
        List<String> gone = new ArrayList<>();
        kept.stream().filter(image -> !needed.contains(image)).forEach(image -> {
            host.letImageGo(image, keeper());
            gone.add(image);
        });
        return gone;
    }

    private List<Release> needed(ManagedSystem system) {
        List<Release> known = releases.list(system.id());
        Set<String> ids = backups.list(system.id()).stream()
                .map(BackupSet::releaseId)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
        ids.addAll(needs.plannedReleases(system.id()));
        known.stream().limit(RestorePoints.OFFERED).map(Release::id).forEach(ids::add);
        return known.stream().filter(release -> ids.contains(release.id())).toList();
    }

    private static Set<String> images(Release release) {
        return release.services().values().stream()
                .map(Release.RecordedService::imageId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The same for every node that shares the backups; several Sternways on one engine leave each other's alone. */
    private String keeper() {
        try {
            byte[] place =
                    backups.directory().toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(place), 0, KEEPER_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
