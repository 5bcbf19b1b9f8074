package dev.sternway.catalogue;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What earlier restores on trial tell of the next restore. */
public interface RestoreHistory {
    /** Nothing was ever restored. */
    RestoreHistory NONE = new RestoreHistory() {
        @Override
        public Optional<Duration> load(String systemId, String setId, BackupSet.Part part) {
            return Optional.empty();
        }

        @Override
        public BackupProofs.Proof proof(String setId) {
            return BackupProofs.Proof.NONE;
        }
    };

    /**
     * How long loading the part beside will take.
     *
     * @param setId the backup set that the part is of
     * @return empty when no backup of the store was ever restored on trial
     */
    Optional<Duration> load(String systemId, String setId, BackupSet.Part part);

    /** How many bytes a copy loaded from the part will take; empty when no backup of the store was ever restored. */
    default OptionalLong copyBytes(String systemId, String setId, BackupSet.Part part) {
        return OptionalLong.empty();
    }

    /** Whether the set was restored on trial, and how that ended. */
    BackupProofs.Proof proof(String setId);

    /** True when a glass was broken in the incident for the set: it may be restored although it is not proved. */
    default boolean accepted(String incidentId, String setId) {
        return false;
    }
}
