package dev.sternway.catalogue;

import java.util.List;

/** The catalogue has mistakes: Sternway does not start, and tells all of them at once. */
public final class CatalogueException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> mistakes;

    CatalogueException(List<String> mistakes) {
        super("the catalogue has " + mistakes.size() + (mistakes.size() == 1 ? " mistake" : " mistakes") + ":\n  "
                + String.join("\n  ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** One sentence each, beginning with the place. */
    public List<String> mistakes() {
        return mistakes;
    }
}
