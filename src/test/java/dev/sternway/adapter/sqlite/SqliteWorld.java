package dev.sternway.adapter.sqlite;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A real database file with a write-ahead log, as an application keeps it. */
final class SqliteWorld {
    static final String BESIDE = "shop.sqlite_next_inc_2026_0001";
    static final String KEPT = "shop.sqlite_failed_inc_2026_0001";

    final Path folder;
    final Path live;
    final Path backups;
    final Store store;
    final ManagedSystem system;
    final SqliteDataStore data = new SqliteDataStore();

    SqliteWorld(Path root) {
        folder = root.resolve("data");
        live = folder.resolve("shop.sqlite");
        backups = root.resolve("backups");
        store = new Store(
                "shop",
                Store.Kind.SQLITE,
                null,
                null,
                0,
                live.toString(),
                null,
                null,
                "select max(version) from migrations",
                false);
        system = new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                null,
                List.of(),
                List.of(store),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
        try {
            Files.createDirectories(folder);
            Files.createDirectories(backups);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(
                live,
                "pragma journal_mode = wal",
                "create table migrations (version integer primary key)",
                "insert into migrations values (1)",
                "create table orders (id integer primary key, total real not null, note text)",
                "create table log (line text)",
                "insert into log values ('a'), ('a'), ('b')");
        run(
                live,
                "with recursive ids(id) as (select 1 union all select id + 1 from ids where id < 500)"
                        + " insert into orders select id, id * 1.5, 'order ' || id from ids");
    }

    /** What the bad release does: schema, values and a row more, left in the write-ahead log. */
    Connection upgrade() throws SQLException {
        Connection application = DriverManager.getConnection("jdbc:sqlite:" + live);
        try (Statement statement = application.createStatement()) {
            statement.execute("pragma wal_autocheckpoint = 0");
            statement.execute("insert into migrations values (2)");
            statement.execute("update orders set total = -1 where id <= 10");
            statement.execute("insert into orders values (501, 9, 'new')");
            statement.execute("insert into log values ('a'), ('c')");
        }
        return application;
    }

    static void run(Path database, String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Part backUp() {
        Part part = data.backUp(system, store, backups, Progress.NONE);
        data.verify(system, store, part, backups);
        return part;
    }

    void load(Part part) {
        data.loadBeside(system, store, part, backups, BESIDE, Progress.NONE);
    }

    long swap() {
        return data.swap(system, store, BESIDE, KEPT);
    }

    String ask(String sql) {
        return data.query(system, store, sql);
    }

    /** All rows of all tables, as a text. */
    static String content(Path database) {
        try (Connection connection = SqliteFile.read(database)) {
            StringBuilder text = new StringBuilder();
            for (String table : Tables.list(connection, "main")) {
                StringBuilder columns = new StringBuilder("''");
                for (Tables.Column column : Tables.columns(connection, "main", table)) {
                    columns.append(" || '|' || quote(")
                            .append(Tables.quoted(column.name()))
                            .append(')');
                }
                text.append(table)
                        .append(Tables.texts(connection, "select " + columns + " from " + table + " order by 1"));
            }
            return text.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String fingerprint() {
        try {
            return BackupFile.sha256(live) + Files.getAttribute(live, "unix:ino") + Files.getLastModifiedTime(live);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> names() {
        try (var all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.endsWith("-lock"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
