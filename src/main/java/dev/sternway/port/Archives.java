package dev.sternway.port;

import java.nio.file.Path;
import java.util.List;

/** Packs files and directories of this host into one file. */
public interface Archives {

    /**
     * Packs them; links are kept as links, what is neither file, directory nor link is left out.
     *
     * @param target written whole or not at all, readable by its owner only
     * @return how many files are in it
     */
    int pack(List<Path> paths, Path target);
}
