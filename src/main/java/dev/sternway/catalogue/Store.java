package dev.sternway.catalogue;

import java.util.Map;

/**
 * Where a system keeps data, settings or the files of its front end. Which keys belong to which kind, {@link StoreRules}
 * tells.
 *
 * @param holds what is in it; default {@link Holds#DATA}
 * @param service the service whose container holds the server and its tools; null for a file
 * @param host address of the server as seen from Sternway; null for a file
 * @param port of the server; 0 in the file means the technology's own
 * @param database the live database's name; null where there are no databases
 * @param user a role that may create and rename databases; null for a file
 * @param password reference to the password, or null; {@code file:PATH} (relative to the catalogue) or {@code env:NAME}
 * @param schemaVersion query that gives the schema version as one text, or null
 * @param oldCodeRuns true when code of an older release runs on a newer schema, so that level 2 may leave the schema as
 *     it is; default false
 * @param path of a file or directory on this host; null for a server
 * @param prefix that all keys of the store begin with, of kind ETCD
 * @param schema of kind SETTINGS, the JSON schema that the file must match, relative to the catalogue; or null
 * @param reload how the services that use it learn of a swap; default {@link Reload#RESTART}
 * @param ca of kind ETCD, where the certificates are kept, as PEM, of whom its server's must be signed by; null without TLS
 * @param timeColumns table, as the loss names it ({@code public.orders}), to the column that says when a row was written;
 *     default none
 */
public record Store(
        String id,
        Kind kind,
        Holds holds,
        String service,
        String host,
        int port,
        String database,
        String user,
        SecretReference password,
        String schemaVersion,
        boolean oldCodeRuns,
        String path,
        String prefix,
        String schema,
        Reload reload,
        SecretReference ca,
        Map<String, String> timeColumns) {

    /** The technologies that a store can have. */
    public enum Kind {
        POSTGRESQL(5432),
        /** One file on this host. */
        SQLITE(0),
        /** A directory or a file on this host. */
        FILES(0),
        /** One file of settings on this host, taken key by key: env, JSON or YAML, as its name ends. */
        SETTINGS(0),
        /** All keys with a prefix. */
        ETCD(2379),
        /** Asked by HTTP; its files are swapped on this host. */
        NEO4J(7474),
        /** A cache: nothing of it is restored, it is only asked whether it is well. */
        REDIS(6379);

        private final int port;

        Kind(int port) {
            this.port = port;
        }

        /** True when it is found by a path on this host. */
        public boolean onThisHost() {
            return port == 0;
        }
    }

    /** What a store holds, so that settings or a front end can be taken back alone. */
    public enum Holds {
        DATA,
        CONFIGURATION,
        UI
    }

    /** How services learn that a store was swapped. */
    public enum Reload {
        /** They are stopped before the swap and started after it. */
        RESTART,
        /** They look for changes by themselves, and are not stopped. */
        WATCHED
    }

    public Store {
        holds = holds == null ? Holds.DATA : holds;
        reload = reload == null ? Reload.RESTART : reload;
        port = port == 0 ? kind.port : port;
        timeColumns = timeColumns == null ? Map.of() : Map.copyOf(timeColumns);
        // The path of a SQLite file was called its database before there were other files.
        if (kind == Kind.SQLITE && path == null) {
            path = database;
            database = null;
        }
    }

    /** A store whose tables have no known columns of times. */
    public Store(
            String id,
            Kind kind,
            Holds holds,
            String service,
            String host,
            int port,
            String database,
            String user,
            SecretReference password,
            String schemaVersion,
            boolean oldCodeRuns,
            String path,
            String prefix,
            String schema,
            Reload reload,
            SecretReference ca) {
        this(
                id,
                kind,
                holds,
                service,
                host,
                port,
                database,
                user,
                password,
                schemaVersion,
                oldCodeRuns,
                path,
                prefix,
                schema,
                reload,
                ca,
                Map.of());
    }

    /** The same store with columns that say when a row was written. */
    public Store withTimeColumns(Map<String, String> columns) {
        return new Store(
                id,
                kind,
                holds,
                service,
                host,
                port,
                database,
                user,
                password,
                schemaVersion,
                oldCodeRuns,
                path,
                prefix,
                schema,
                reload,
                ca,
                columns);
    }

    /** A store whose server speaks no TLS, or that has none. */
    public Store(
            String id,
            Kind kind,
            Holds holds,
            String service,
            String host,
            int port,
            String database,
            String user,
            SecretReference password,
            String schemaVersion,
            boolean oldCodeRuns,
            String path,
            String prefix,
            String schema,
            Reload reload) {
        this(
                id,
                kind,
                holds,
                service,
                host,
                port,
                database,
                user,
                password,
                schemaVersion,
                oldCodeRuns,
                path,
                prefix,
                schema,
                reload,
                null);
    }

    /** A store of data on a server, or in a SQLite file. */
    public Store(
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
        this(
                id,
                kind,
                Holds.DATA,
                service,
                host,
                port,
                database,
                user,
                password,
                schemaVersion,
                oldCodeRuns,
                null,
                null,
                null,
                Reload.RESTART);
    }

    /** What people call the live one: the name of a database, a path, a prefix of keys, or an address. */
    public String live() {
        if (kind.onThisHost()) {
            return path;
        }
        return prefix != null ? prefix : database != null ? database : host + ":" + port;
    }
}
