package dev.sternway.catalogue;

import dev.sternway.catalogue.BackupSet.Purpose;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The backup sets that were taken, with the folder that their files are in. */
public interface BackupLedger {

    /** The folder that all files of all backup sets are named relative to. */
    Path directory();

    /**
     * Begins a set, or gives back the one begun before for the same incident, system and purpose.
     *
     * @param releaseId the release that is running, or null
     * @param incidentId the incident that it is taken for, or null
     */
    BackupSet begin(String systemId, Purpose purpose, String releaseId, String incidentId);

    /**
     * Adds the backup of one store to a set, replacing an earlier one, and writes the manifest anew.
     *
     * @param complete true when no store of the system is missing any more
     */
    BackupSet add(String setId, BackupSet.Part part, boolean complete);

    /** Keeps a whole set, with its manifest; the id must be new. */
    void save(BackupSet set);

    Optional<BackupSet> find(String id);

    /** All sets of the system, newest first, emergency backups and unfinished ones too. */
    List<BackupSet> list(String systemId);

    /** What a restore may choose from: complete sets taken before the moment, never emergency backups, newest first. */
    List<BackupSet> candidates(String systemId, Instant before);

    /**
     * Compares the manifest file with what is kept here.
     *
     * @throws dev.sternway.port.Refusal when the file is missing or was altered
     */
    void verifyManifest(BackupSet set);
}
