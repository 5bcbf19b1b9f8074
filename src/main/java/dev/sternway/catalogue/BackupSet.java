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
 * @param origin of an adopted set, the file that it came from; null for a set that Sternway took itself
 */
public record BackupSet(
        String id,
        String systemId,
        Purpose purpose,
        String releaseId,
        Instant takenAt,
        List<Part> parts,
        String origin) {

    public BackupSet(String id, String systemId, Purpose purpose, String releaseId, Instant takenAt, List<Part> parts) {
        this(id, systemId, purpose, releaseId, takenAt, parts, null);
    }

    /** Why a backup was taken; an emergency backup holds the failed state and is never offered as a source (A.7.1). */
    public enum Purpose {
        PRE_UPGRADE("snapshot"),
        SCHEDULED("scheduled"),
        EMERGENCY("emergency"),
        ADOPTED("adopted");

        private final String kind;

        Purpose(String kind) {
            this.kind = kind;
        }

        /** As people call it. */
        public String kind() {
            return kind;
        }
    }

    /** How a part's file is to be read. */
    public enum Format {
        /** {@code pg_dump -Fc}. */
        CUSTOM,
        /** {@code pg_dump -Fd}, its folder packed into one tar file. */
        DIRECTORY,
        /** SQL as {@code pg_dump} writes it by default. */
        PLAIN,
        /** The same, compressed by gzip. */
        PLAIN_GZIP,
        /** A database file as SQLite's online backup writes it. */
        SQLITE,
        /** A directory or a file in a tar archive, compressed by gzip. */
        TAR_GZIP,
        /** One file of settings as it was. */
        SETTINGS,
        /** Keys and values of etcd. */
        ETCD,
        /** What {@code neo4j-admin database dump} writes. */
        NEO4J
    }

    /**
     * The backup of one store.
     *
     * @param file path below the backup directory
     * @param rows rows per table, {@code schema.table}; null when an adopted backup was not restored yet
     * @param schemaVersion as the store's query or a known migration tool's table gave it, or null
     * @param serverVersion the server's version, e.g. {@code 15.18}
     * @param snapshotAt what was written after this moment is not in it; null when only the set's time is known
     */
    public record Part(
            String storeId,
            String file,
            long bytes,
            String sha256,
            Map<String, Long> rows,
            String schemaVersion,
            String serverVersion,
            Format format,
            Instant snapshotAt) {

        public Part(
                String storeId,
                String file,
                long bytes,
                String sha256,
                Map<String, Long> rows,
                String schemaVersion,
                String serverVersion) {
            this(storeId, file, bytes, sha256, rows, schemaVersion, serverVersion, Format.CUSTOM, null);
        }

        /** The same part, its file named from another folder. */
        public Part at(String otherFile) {
            return new Part(storeId, otherFile, bytes, sha256, rows, schemaVersion, serverVersion, format, snapshotAt);
        }

        /** The same part, with what its first restore has told. */
        public Part seen(Map<String, Long> restoredRows, String restoredSchemaVersion) {
            return new Part(
                    storeId,
                    file,
                    bytes,
                    sha256,
                    restoredRows,
                    restoredSchemaVersion,
                    serverVersion,
                    format,
                    snapshotAt);
        }

        public boolean rowsKnown() {
            return rows != null;
        }

        /** All rows of all tables; 0 when they are not known. */
        public long totalRows() {
            return rows == null
                    ? 0
                    : rows.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** The moment after which nothing is in the set any more. */
    public Instant dataUntil() {
        return parts.stream()
                .map(Part::snapshotAt)
                .filter(at -> at != null && at.isAfter(takenAt))
                .max(Instant::compareTo)
                .orElse(takenAt);
    }

    /** Bytes of all files. */
    public long totalBytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    public Part part(String storeId) {
        return parts.stream()
                .filter(part -> part.storeId().equals(storeId))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("backup '" + id + "' has no part for store '" + storeId
                        + "'; it has " + parts.stream().map(Part::storeId).toList()));
    }
}
