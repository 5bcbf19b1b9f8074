package dev.sternway.port;

import java.nio.file.Path;

/** Checked-out source trees whose commits are releases. */
public interface WorkTrees {

    /**
     * Gives the checked-out commit an annotated tag; the same tag on the same commit is left as it is.
     *
     * @param push the remote that the tag is pushed to, or null
     * @return the commit
     * @throws OutsideException when the tree has no commit, the tag is on another one, or it cannot be pushed
     */
    String tag(Path tree, String tag, String message, String push);

    /** True when files of the tree differ from its commit: going back to the commit would lose them. */
    boolean isChanged(Path tree);
}
