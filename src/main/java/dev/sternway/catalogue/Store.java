package dev.sternway.catalogue;

/**
 * Where a system keeps data.
 *
 * @param service the service whose container holds the server and its tools; null for a file
 * @param host address of the server as seen from Sternway; null for a file
 * @param database the live database's name; of a file, its path on this host
 * @param user a role that may create and rename databases; null for a file
 * @param password reference to the password; null for a file; {@code file:PATH} (relative to the catalogue) or {@code env:NAME}
 * @param schemaVersion query that gives the schema version as one text, or null
 * @param oldCodeRuns true when code of an older release runs on a newer schema, so that level 2 may leave the schema as
 *     it is; default false
 */
public record Store(
        String id,
        Kind kind,
        String service,
        String host,
        int port,
        String database,
        String user,
        SecretReference password,
        String schemaVersion,
        boolean oldCodeRuns) {

    /** The technologies that a store can have. */
    public enum Kind {
        POSTGRESQL,
        /** One file on this host. */
        SQLITE
    }
}
