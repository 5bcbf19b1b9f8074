package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Finds for several systems one backup set each that belong to one moment (S1-06). */
@Component
@EnableConfigurationProperties(RollbackSettings.class)
public class BackupBase {
    private static final String LATEST = "latest";

    private final BackupLedger backups;
    private final Duration spread;

    BackupBase(BackupLedger backups, RollbackSettings settings) {
        this.backups = backups;
        this.spread = settings.backupSpread();
    }

    /**
     * For each system its newest complete set that is not younger than the base.
     *
     * @param base {@code latest}, a time, or the id of a set whose time is meant
     * @throws Refusal when the base is none of these, a system has no such set, or they are too far apart
     */
    public Map<String, BackupSet> of(List<ManagedSystem> systems, String base) {
        Instant moment = moment(base);
        Map<String, BackupSet> sets = new LinkedHashMap<>();
        for (ManagedSystem system : systems) {
            sets.put(
                    system.id(),
                    backups.candidates(system.id(), moment.plusNanos(1)).stream()
                            .findFirst()
                            .orElseThrow(() -> new Refusal(
                                    ErrorCode.NO_BACKUP,
                                    "system '" + system.id() + "' has no complete backup of " + moment + " or before",
                                    "leave it out and roll it back by itself, or choose a later base.")));
        }
        requireTogether(sets.values());
        return sets;
    }

    /** Refuses sets whose times are too far apart to know the same things. */
    public void requireTogether(Collection<BackupSet> sets) {
        if (sets.isEmpty()) {
            return;
        }
        BackupSet oldest =
                sets.stream().min(Comparator.comparing(BackupSet::takenAt)).orElseThrow();
        BackupSet newest =
                sets.stream().max(Comparator.comparing(BackupSet::takenAt)).orElseThrow();
        Duration apart = Duration.between(oldest.takenAt(), newest.takenAt());
        if (apart.compareTo(spread) > 0) {
            throw new Refusal(
                    ErrorCode.BACKUP_SPREAD,
                    "backup '" + oldest.id() + "' of " + oldest.takenAt() + " and backup '" + newest.id() + "' of "
                            + newest.takenAt() + " are " + apart + " apart, allowed is " + spread,
                    "choose a base at which every system has a backup, or roll the systems back one by one.");
        }
    }

    private Instant moment(String base) {
        if (base.equals(LATEST)) {
            return Instant.now();
        }
        try {
            return Instant.parse(base);
        } catch (DateTimeParseException notATime) {
            return backups.find(base)
                    .map(BackupSet::takenAt)
                    .orElseThrow(() -> new Refusal(
                            ErrorCode.BACKUP_UNKNOWN,
                            "backup base '" + base + "' is neither a time like 2026-11-20T03:00:00Z, nor the id of a"
                                    + " backup set, nor '" + LATEST + "'",
                            "use one of the three."));
        }
    }
}
