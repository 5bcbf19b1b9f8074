package dev.sternway.catalogue;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The files of one backup of one system, with what is known of them.
 *
 * @param id e.g. {@code web-shop-20261120-101500-pre-upgrade}
 * @param releaseId the release that was running, or null
 * @param takenAt begin of the backup: what was written later is not in it
 */
public record BackupSet(
        String id, String systemId, Purpose purpose, String releaseId, Instant takenAt, List<Part> parts) {

    /** Why a backup was taken; an emergency backup holds the failed state and is never offered as a source (A.7.1). */
    public enum Purpose {
        PRE_UPGRADE,
        SCHEDULED,
        EMERGENCY
    }

    /**
     * The backup of one store.
     *
     * @param file path below the backup directory
     * @param rows rows per table, {@code schema.table}
     * @param schemaVersion as the store's query gave it, or null
     * @param serverVersion the server's version, e.g. {@code 15.18}
     */
    public record Part(
            String storeId,
            String file,
            long bytes,
            String sha256,
            Map<String, Long> rows,
            String schemaVersion,
            String serverVersion) {}

    public Part part(String storeId) {
        return parts.stream()
                .filter(part -> part.storeId().equals(storeId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("backup '" + id + "' has no part for store '" + storeId
                        + "'; it has " + parts.stream().map(Part::storeId).toList()));
    }
}
