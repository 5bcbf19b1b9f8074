package dev.sternway.catalogue;

/**
 * One of the five parts of a snapshot before an upgrade (S3-01).
 *
 * @param detail for people: what is kept, or why it is not
 * @param file below the backup directory, or null
 * @param bytes of the file, or null
 */
public record SnapshotPart(Kind kind, State state, String detail, String file, Long bytes, String sha256) {

    /** Which part. */
    public enum Kind {
        RELEASE("release", null),
        CONFIGURATION("configuration", "configuration"),
        PACKAGE_LOCK("package lock", "packageLock"),
        ARTEFACTS("artefacts", "artefacts"),
        DATA("data", null);

        private final String words;
        private final String key;

        Kind(String words, String key) {
            this.words = words;
            this.key = key;
        }

        /** As people call it. */
        public String words() {
            return words;
        }
    }

    /** Whether it is there. */
    public enum State {
        KEPT,
        NOT_APPLICABLE,
        MISSING
    }

    public static SnapshotPart kept(Kind kind, String detail) {
        return new SnapshotPart(kind, State.KEPT, detail, null, null, null);
    }

    public static SnapshotPart notApplicable(Kind kind, String reason) {
        return new SnapshotPart(kind, State.NOT_APPLICABLE, reason, null, null, null);
    }

    public static SnapshotPart missing(Kind kind, String why) {
        return new SnapshotPart(kind, State.MISSING, why, null, null, null);
    }

    /** What to do about it; null unless it is missing. */
    public String remedy() {
        if (state != State.MISSING) {
            return null;
        }
        return kind.key == null
                ? "put it right, then take the snapshot again."
                : "name its files under 'snapshot." + kind.key
                        + ".paths' of the system's file in the catalogue, or say under" + " 'snapshot." + kind.key
                        + ".notApplicable' why it has none; then take the snapshot again.";
    }
}
