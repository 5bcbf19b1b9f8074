package dev.sternway.step;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.port.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Backup sets in memory. */
public class FakeBackupLedger implements BackupLedger {
    public final Map<String, BackupSet> sets = new LinkedHashMap<>();
    public Refusal manifestRefuses;
    private final Map<String, String> byIncident = new HashMap<>();
    private final Set<String> complete = new HashSet<>();
    private final List<String> discarded = new ArrayList<>();
    private final Path directory;

    public FakeBackupLedger(Path directory) {
        this.directory = directory;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public BackupSet begin(String systemId, Purpose purpose, String releaseId, String incidentId) {
        String known = incidentId == null ? null : byIncident.get(incidentId + systemId + purpose);
        if (known != null) {
            return sets.get(known);
        }
        String id = systemId + "-" + (sets.size() + 1) + "-" + purpose.name().toLowerCase(java.util.Locale.ROOT);
        BackupSet set = new BackupSet(id, systemId, purpose, releaseId, Instant.now(), List.of());
        sets.put(id, set);
        if (incidentId != null) {
            byIncident.put(incidentId + systemId + purpose, id);
        }
        return set;
    }

    @Override
    public BackupSet add(String setId, Part part, boolean isComplete) {
        BackupSet set = sets.get(setId);
        List<Part> parts = new ArrayList<>(set.parts());
        parts.removeIf(each -> each.storeId().equals(part.storeId()));
        parts.add(part);
        if (isComplete) {
            complete.add(setId);
        }
        BackupSet more = new BackupSet(
                set.id(),
                set.systemId(),
                set.purpose(),
                set.releaseId(),
                set.takenAt(),
                List.copyOf(parts),
                set.origin());
        sets.put(setId, more);
        return more;
    }

    @Override
    public void open(BackupSet set) {
        sets.put(set.id(), set);
    }

    @Override
    public void save(BackupSet set) {
        sets.put(set.id(), set);
        complete.add(set.id());
    }

    @Override
    public Optional<BackupSet> find(String id) {
        return Optional.ofNullable(sets.get(id));
    }

    @Override
    public List<BackupSet> list(String systemId) {
        return sets.values().stream()
                .filter(set -> set.systemId().equals(systemId))
                .sorted(Comparator.comparing(BackupSet::takenAt).reversed())
                .toList();
    }

    @Override
    public List<BackupSet> candidates(String systemId, Instant before) {
        return list(systemId).stream()
                .filter(set -> complete.contains(set.id()) && set.purpose() != Purpose.EMERGENCY)
                .filter(set -> set.takenAt().isBefore(before))
                .toList();
    }

    @Override
    public boolean isComplete(String setId) {
        return complete.contains(setId);
    }

    @Override
    public Optional<String> incidentOf(String setId) {
        return byIncident.entrySet().stream()
                .filter(entry -> entry.getValue().equals(setId))
                .map(entry -> entry.getKey()
                        .replace(sets.get(setId).systemId() + sets.get(setId).purpose(), ""))
                .findFirst();
    }

    @Override
    public void discard(String setId, String by, String reason) {
        if (sets.remove(setId) != null) {
            discarded.add(setId);
        }
    }

    @Override
    public List<String> discarded() {
        return List.copyOf(discarded);
    }

    @Override
    public void verifyManifest(BackupSet set) {
        if (manifestRefuses != null) {
            throw manifestRefuses;
        }
    }
}
