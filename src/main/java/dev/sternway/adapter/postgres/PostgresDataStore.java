package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Databases.Found;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Stores in PostgreSQL 14 and newer; the swap renames databases and takes some ten milliseconds at any size. */
@Component
class PostgresDataStore implements DataStore {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Tools would read a name with {@code =} or {@code ://} as a connection string, with a leading dash as an option. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_$. -]{0,62}");

    private final Secrets secrets;
    private final ContainerHost host;

    PostgresDataStore(Secrets secrets, ContainerHost host) {
        this.secrets = secrets;
        this.host = host;
    }

    @Override
    public Store.Kind kind() {
        return Store.Kind.POSTGRESQL;
    }

    @Override
    public Set<Capability> can(Store store) {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public String swapping(Store store) {
        return "two renames in one transaction, with connections shut out";
    }

    @Override
    public Duration outage(Store store) {
        return Duration.ofSeconds(1);
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        PostgresServer server = server(system, store);
        return server.in(store.database(), "identify", PostgresServer.SHORT, connection -> {
            String oid = Sql.value(connection, "select oid from pg_database where datname = current_database()");
            long bytes = Sql.number(connection, "select pg_database_size(current_database())");
            String schemaVersion = new SchemaVersions(server).of(store.database());
            return new Identity(oid, Backups.serverVersion(connection), schemaVersion, bytes);
        });
    }

    @Override
    public Map<String, Long> rows(ManagedSystem system, Store store) {
        return server(system, store).in(store.database(), "count", PostgresServer.LONG, connection -> {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return Tables.count(connection);
        });
    }

    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        PostgresServer server = server(system, store);
        Obstacles obstacles = new Obstacles(server);
        List<String> found = obstacles.inDatabase();
        try (PostgresTools tools = tools(server, "look", null)) {
            return found.isEmpty() ? List.copyOf(obstacles.inTools(tools)) : List.copyOf(found);
        }
    }

    @Override
    public OptionalLong freeBytes(ManagedSystem system, Store store) {
        PostgresServer server = server(system, store);
        try (PostgresTools tools = tools(server, "look", null)) {
            return Obstacles.free(server, tools);
        } catch (OutsideException cannotTell) {
            // Not every role may read where the data is.
            return OptionalLong.empty();
        }
    }

    @Override
    public BackupSet.Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        PostgresServer server = server(system, store);
        try (PostgresTools tools = tools(server, "dump-" + directory.getFileName(), server.password())) {
            return new Backups(server).write(tools, directory, progress);
        }
    }

    @Override
    public void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory, String reader) {
        PostgresServer server = server(system, store);
        BackupReader backups = new BackupReader(server);
        int major = major(server);
        BackupFile file = backups.verifyFile(part, directory, major);
        try (PostgresTools tools = tools(server, reader, null)) {
            backups.verifyContent(part, file, tools, major);
        }
    }

    @Override
    public void loadBeside(
            ManagedSystem system, Store store, BackupSet.Part part, Path directory, String name, Progress progress) {
        PostgresServer server = server(system, store);
        requireName(name);
        try (PostgresTools tools = tools(server, "load", server.password())) {
            load(server, part, directory, name, tools, progress);
        }
    }

    private static void load(
            PostgresServer server,
            BackupSet.Part part,
            Path directory,
            String name,
            PostgresTools tools,
            Progress progress) {
        BackupReader reader = new BackupReader(server);
        int major = major(server);
        BackupFile file = reader.verifyFile(part, directory, major);
        reader.requireRows(part, file.path());
        if (part.format() != BackupSet.Format.CUSTOM) {
            // What is not read by pg_restore alone is looked through before any of it is run.
            reader.verifyContent(part, file, tools, major);
        }
        progress.report(0, "backup is as it was written");
        new Loader(server, PATIENCE).load(part, file, tools, name, progress);
    }

    @Override
    public Trial tryRestore(
            ManagedSystem system,
            Store store,
            BackupSet.Part part,
            Path directory,
            String name,
            List<Question> questions,
            Progress progress) {
        PostgresServer server = server(system, store);
        requireName(name);
        // What a crash left is no measure of time.
        discardCopy(server, name);
        try (PostgresTools tools = tools(server, name, server.password())) {
            Obstacles.tooSmall(server, tools).ifPresent(fact -> {
                throw new Refusal(ErrorCode.DISK_TOO_SMALL, fact, "make room on the server, then try again.");
            });
            long begin = System.nanoTime();
            load(server, part, directory, name, tools, progress);
            Duration load = Duration.ofNanos(System.nanoTime() - begin);
            return new Examination(server).look(name, load, questions, progress);
        } finally {
            discardCopy(server, name);
        }
    }

    @Override
    public Optional<Trial> examine(
            ManagedSystem system, Store store, String name, List<Question> questions, Progress progress) {
        return Optional.of(new Examination(server(system, store)).look(name, Duration.ZERO, questions, progress));
    }

    private static void discardCopy(PostgresServer server, String name) {
        server.outside("throw away '" + name + "'", connection -> {
            Optional<Found> copy = Databases.find(connection, name)
                    .filter(found -> found.isAt(Stage.LOADING) || found.isAt(Stage.LOADED));
            if (copy.isPresent()) {
                Databases.drop(connection, copy.get());
            }
            return null;
        });
    }

    @Override
    public Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        return new Adoption(server(system, store)).adopt(source, folder);
    }

    @Override
    public List<String> copies(ManagedSystem system, Store store) {
        return server(system, store)
                .outside(
                        "look for copies",
                        connection -> Databases.all(connection).stream()
                                .filter(found -> found.isAt(Stage.LOADING) || found.isAt(Stage.LOADED))
                                .map(Found::name)
                                .toList());
    }

    @Override
    public Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        return compare(system, store, name, takenAt, Depth.EVERY_ROW, LostRows.NONE, progress);
    }

    @Override
    public Loss compare(
            ManagedSystem system,
            Store store,
            String name,
            Instant takenAt,
            Depth depth,
            LostRows lost,
            Progress progress) {
        return Comparison.compare(server(system, store), name, takenAt, depth, lost, progress);
    }

    @Override
    public Shape shape(ManagedSystem system, Store store, String beside, String kept) {
        return server(system, store)
                .outside(
                        "look at the databases",
                        connection -> new Shape(
                                Databases.find(connection, store.database()).map(Found::oid),
                                Databases.find(connection, beside).map(Found::oid),
                                Databases.find(connection, kept).map(Found::oid)));
    }

    @Override
    public Optional<Aside> aside(ManagedSystem system, Store store, String name) {
        return server(system, store)
                .outside(
                        "look at '" + name + "'",
                        connection -> Databases.find(connection, name).map(Found::aside));
    }

    @Override
    public long swap(ManagedSystem system, Store store, String beside, String kept) {
        requireName(kept);
        return new Swap(server(system, store)).swap(beside, kept);
    }

    @Override
    public void settle(ManagedSystem system, Store store, String beside) {
        Mandate.require();
        new Swap(server(system, store)).settle(beside);
    }

    @Override
    public void discard(ManagedSystem system, Store store, String name) {
        Mandate.require();
        server(system, store).outside("discard '" + name + "'", connection -> {
            Optional<Found> found = Databases.find(connection, name);
            if (found.isEmpty()) {
                return null;
            }
            if (name.equals(store.database()) || found.get().mark() == null) {
                throw new Refusal(
                        ErrorCode.STORE_SHAPE_UNKNOWN,
                        "database '" + name + "' is live or was not made by Sternway",
                        "discard only copies and kept databases.");
            }
            Databases.drop(connection, found.get());
            return null;
        });
    }

    @Override
    public String query(ManagedSystem system, Store store, String sql) {
        PostgresServer server = server(system, store);
        try (Connection connection = server.plain(store.database(), "check", PostgresServer.SHORT)) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            return Sql.value(connection, sql);
        } catch (SQLException e) {
            throw server.failure("answer a check", e);
        }
    }

    @Override
    public Optional<RowSalvage> rowSalvage() {
        return Optional.of(new PostgresRowSalvage(this::server));
    }

    private PostgresServer server(ManagedSystem system, Store store) {
        requireName(store.database());
        return new PostgresServer(system, store, secrets);
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' cannot be used as the name of a database here");
        }
    }

    private static int major(PostgresServer server) {
        return server.outside("tell its version", connection ->
                (int) Sql.number(connection, "select current_setting('server_version_num')::int / 10000"));
    }

    private PostgresTools tools(PostgresServer server, String purpose, String password) {
        Store store = server.store();
        int major = major(server);
        if (store.service() == null) {
            return new HostTools(major, store, password);
        }
        String container = server.system().service(store.service()).container();
        record Address(String listen, int port) {}
        Address address = server.outside(
                "tell its address",
                connection -> new Address(
                        Sql.value(connection, "show listen_addresses"), (int) Sql.number(connection, "show port")));
        if (host.find(container).filter(ContainerHost.Container::running).isEmpty()) {
            throw new OutsideException("container '" + container + "' of store '" + store.id() + "' does not run");
        }
        return new ContainerTools(
                major, host, container, store, local(address.listen()), address.port(), password, purpose);
    }

    /** Where a server that listens there is reached from its own container. */
    private static String local(String listen) {
        String first = listen.split(",")[0].strip();
        return List.of("", "*", "0.0.0.0", "::", "localhost").contains(first) ? "127.0.0.1" : first;
    }
}
