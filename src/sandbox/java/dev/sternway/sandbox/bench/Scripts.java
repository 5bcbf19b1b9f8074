package dev.sternway.sandbox.bench;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The ways of a runbook: stop the application, end what is connected, drop the database, create it, {@code psql} the
 * dump into it, count two tables, start the application, wait.
 */
final class Scripts {
    /** What the runbook sleeps after the start, before it looks. */
    private static final long SLEEP = 60;

    private final LocalPostgres server;
    private final Client client;
    private final Path plain;
    private final Path archive;

    /**
     * @param plain what {@code pg_dump} wrote as SQL
     * @param archive what Sternway's backup wrote, of the same rows
     */
    Scripts(LocalPostgres server, Client client, Path plain, Path archive) {
        this.server = server;
        this.client = client;
        this.plain = plain;
        this.archive = archive;
    }

    /** As written: a fixed sleep at the end. */
    void asWritten() {
        restore();
        try {
            TimeUnit.SECONDS.sleep(SLEEP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        smoke();
    }

    /** Made fair: the same, but it looks until the application works instead of sleeping. */
    void fair() {
        restore();
        client.awaitWrites();
        smoke();
    }

    private void restore() {
        client.stop();
        sql(
                LocalPostgres.USER,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname='" + Platform.DATABASE + "';");
        sql(LocalPostgres.USER, "DROP DATABASE " + Platform.DATABASE + ";");
        sql(LocalPostgres.USER, "CREATE DATABASE " + Platform.DATABASE + ";");
        server.run(plain, "psql", "-q", Platform.DATABASE);
        sql(Platform.DATABASE, "SELECT COUNT(*) FROM agents;");
        sql(Platform.DATABASE, "SELECT COUNT(*) FROM tasks;");
        client.start();
    }

    private void smoke() {
        sql(Platform.DATABASE, "SELECT 1;");
    }

    private void sql(String database, String statement) {
        server.run(null, "psql", "-d", database, "-c", statement);
    }

    /**
     * What Sternway's restore does to the machine, without looking at anything: the same tool with the same options into
     * a new database, which is analysed. It is dropped afterwards, outside the time.
     *
     * @return seconds
     */
    double blind() {
        String copy = Platform.DATABASE + "_blind";
        long begin = System.nanoTime();
        sql(LocalPostgres.USER, "CREATE DATABASE " + copy + " TEMPLATE template0;");
        int code = server.run(null, "pg_restore", "--exit-on-error", "-j", "2", "-d", copy, archive.toString());
        sql(copy, "ANALYZE;");
        double seconds = (System.nanoTime() - begin) / 1e9;
        sql(LocalPostgres.USER, "DROP DATABASE " + copy + ";");
        if (code != 0) {
            throw new IllegalStateException("pg_restore failed, see tools.log");
        }
        return seconds;
    }
}
