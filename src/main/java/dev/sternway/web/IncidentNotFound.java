package dev.sternway.web;

/** There is no incident with the id. */
class IncidentNotFound extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IncidentNotFound(String id) {
        super("no incident '" + id + "'");
    }
}
