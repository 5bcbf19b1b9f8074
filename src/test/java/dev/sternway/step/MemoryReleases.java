package dev.sternway.step;

import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Releases in memory. */
public final class MemoryReleases implements ReleaseLedger {
    private final List<Release> releases = new ArrayList<>();

    @Override
    public Optional<Release> latest(String systemId) {
        return list(systemId).stream().findFirst();
    }

    @Override
    public Optional<Release> find(String id) {
        return releases.stream().filter(release -> release.id().equals(id)).findFirst();
    }

    @Override
    public List<Release> list(String systemId) {
        List<Release> newestFirst = new ArrayList<>();
        releases.forEach(release -> {
            if (release.systemId().equals(systemId)) {
                newestFirst.add(0, release);
            }
        });
        return newestFirst;
    }

    @Override
    public void save(Release release) {
        releases.add(release);
    }
}
