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

    /** Begins a set of whose time and origin the caller knows; its parts are added later, and the id must be new. */
    void open(BackupSet set);

    /** Keeps a whole set, with its manifest; the id must be new. */
    void save(BackupSet set);

    Optional<BackupSet> find(String id);

    /** All sets of the system but discarded ones, newest first, emergency backups and unfinished ones too. */
    List<BackupSet> list(String systemId);

    /**
     * What a restore may choose from: complete sets that hold nothing from after the moment, never emergency backups nor
     * adopted ones that were not restored yet, newest first.
     */
    List<BackupSet> candidates(String systemId, Instant before);

    /** True when no store of its system is missing in the set. */
    boolean isComplete(String setId);

    /** The incident that a set was taken for; empty for all but emergency backups. */
    Optional<String> incidentOf(String setId);

    /**
     * Checks who signed the manifest file, that nobody changed it since, and that it says what is kept here.
     *
     * @throws dev.sternway.port.Refusal when the file is missing, was altered or is signed by somebody unknown
     */
    void verifyManifest(BackupSet set);

    /** Takes a set out of all lists; what is known of it is kept, with who did it and why. */
    void discard(String setId, String by, String reason);

    /** Ids of the sets that were discarded, whose files must be gone. */
    List<String> discarded();
}
