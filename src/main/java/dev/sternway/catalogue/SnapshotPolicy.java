package dev.sternway.catalogue;

import java.util.List;

/**
 * What a snapshot before an upgrade keeps beside images and data (S3-01). Nothing is passed over in silence: a part that
 * the system does not have is said to be so, with the reason.
 *
 * @param repository the work tree whose commit is the release, or null when images alone are
 */
public record SnapshotPolicy(Repository repository, Files configuration, Files packageLock, Files artefacts) {
    public static final SnapshotPolicy NONE = new SnapshotPolicy(null, null, null, null);

    /**
     * A git work tree that gets an annotated tag.
     *
     * @param path absolute, on this host
     * @param push the remote that the tag is pushed to, or null
     */
    public record Repository(String path, String push) {}

    /**
     * Files and directories of one part, or why there are none.
     *
     * @param paths absolute, on this host; null with a reason
     * @param notApplicable null with paths
     */
    public record Files(List<String> paths, String notApplicable) {}

    /** What the catalogue says of the part; null when it says nothing. */
    public Files of(SnapshotPart.Kind kind) {
        return switch (kind) {
            case CONFIGURATION -> configuration;
            case PACKAGE_LOCK -> packageLock;
            case ARTEFACTS -> artefacts;
            case RELEASE, DATA -> null;
        };
    }
}
