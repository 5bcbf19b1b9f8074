package dev.sternway.catalogue;

import java.util.List;
import java.util.Optional;

/** The versions that ran and were known good; nothing in it is ever changed. */
public interface ReleaseLedger {

    /** The release recorded last for the system. */
    Optional<Release> latest(String systemId);

    Optional<Release> find(String id);

    /** All releases of the system, newest first. */
    List<Release> list(String systemId);

    /** Keeps a release; the id must be new. */
    void save(Release release);
}
