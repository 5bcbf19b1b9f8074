package dev.sternway.web;

/** The incident is known, what was asked for does not exist yet. */
class NothingYet extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NothingYet(String message) {
        super(message);
    }
}
