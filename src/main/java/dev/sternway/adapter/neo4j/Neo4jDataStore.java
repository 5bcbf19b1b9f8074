package dev.sternway.adapter.neo4j;

import dev.sternway.adapter.http.Posts;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Stores that are a database of Neo4j's community edition, which can neither dump nor stop a database while it runs: the
 * server is stopped for as long as its files are copied or renamed, everything else is done beside it while it runs.
 */
@Component
class Neo4jDataStore implements DataStore {
    private static final double ROOM = 1.2;

    private final Secrets secrets;
    private final ContainerHost host;
    private final Posts posts;

    Neo4jDataStore(Secrets secrets, ContainerHost host, Posts posts) {
        this.secrets = secrets;
        this.host = host;
        this.posts = posts;
    }

    @Override
    public Store.Kind kind() {
        return Store.Kind.NEO4J;
    }

    @Override
    public Set<Capability> can(Store store) {
        return EnumSet.complementOf(EnumSet.of(Capability.ADOPT));
    }

    @Override
    public String swapping(Store store) {
        return "four renames of directories, while its server and its services are stopped";
    }

    /** A stop, four renames and the server's own start. */
    @Override
    public Duration outage(Store store) {
        return Duration.ofSeconds(30);
    }

    private Cypher cypher(Store store) {
        return new Cypher(posts, store, secrets);
    }

    private GraphServer server(ManagedSystem system, Store store) {
        return new GraphServer(host, system.service(store.service()).container(), cypher(store));
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        DataFolder data = new DataFolder(store);
        return data.outside(
                "be looked at",
                () -> new Identity(
                        data.identity(data.live())
                                .orElseThrow(() -> new OutsideException("store '" + store.id() + "' has no directory '"
                                        + data.databases(data.live()) + "' on this host")),
                        cypher(store).version(),
                        store.schemaVersion() == null ? null : cypher(store).value(store.schemaVersion()),
                        data.bytes(data.live())));
    }

    @Override
    public Map<String, Long> rows(ManagedSystem system, Store store) {
        return cypher(store).counts();
    }

    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        DataFolder data = new DataFolder(store);
        GraphServer server = server(system, store);
        List<String> found = new ArrayList<>();
        if (!data.isWhole(data.live())) {
            return List.of("'" + store.path() + "' on this host holds no whole database '" + data.live()
                    + "': it must be the server's data directory, and a swap that was cut off must be retried");
        }
        if (!data.isWritable()) {
            found.add("the directories in '" + store.path() + "' cannot be written by Sternway");
        }
        if (!server.isRunning()) {
            found.add("the server's container does not run, and its tool runs in it: start it with the image it ran on"
                    + " before, then plan again");
            return found;
        }
        data.outside("be looked at", () -> {
            long needed = (long) (data.bytes(data.live()) * ROOM);
            if (data.free() < needed) {
                found.add("the disk of '" + store.path() + "' has " + data.free() + " bytes left, a copy needs "
                        + needed);
            }
            return null;
        });
        try {
            cypher(store).version();
            server.admin("--version");
        } catch (OutsideException e) {
            found.add(e.getMessage());
        }
        return found;
    }

    @Override
    public BackupSet.Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        DataFolder data = new DataFolder(store);
        return new Dumps(store, data, server(system, store), cypher(store)).write(directory, progress);
    }

    @Override
    public void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory, String reader) {
        DataFolder data = new DataFolder(store);
        Dumps dumps = new Dumps(store, data, server(system, store), cypher(store));
        BackupFile file = dumps.verified(part, directory);
        dumps.readToItsEnd(file, reader);
    }

    @Override
    public void loadBeside(
            ManagedSystem system, Store store, BackupSet.Part part, Path directory, String name, Progress progress) {
        DataFolder data = new DataFolder(store);
        new Dumps(store, data, server(system, store), cypher(store)).load(part, directory, name, progress);
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
        DataFolder data = new DataFolder(store);
        String copy = DataFolder.database(name);
        discard(system, store, name);
        long begin = System.nanoTime();
        try {
            loadBeside(system, store, part, directory, name, progress);
            long loaded = System.nanoTime();
            return data.outside(
                    "be tried",
                    () -> new Trial(
                            data.bytes(copy),
                            part.rows(),
                            part.schemaVersion(),
                            Duration.ofNanos(loaded - begin),
                            Duration.ofNanos(System.nanoTime() - loaded),
                            List.of(),
                            List.of(
                                    "every record and index checked by 'neo4j-admin database check'",
                                    "not counted, and asked no question: that takes a server")));
        } finally {
            discard(system, store, name);
        }
    }

    @Override
    public List<String> copies(ManagedSystem system, Store store) {
        DataFolder data = new DataFolder(store);
        return data.outside(
                "be looked at",
                () -> data.marked().stream()
                        .flatMap(database -> data.mark(database).stream())
                        .filter(mark -> mark.stage() != Stage.KEPT)
                        .map(Mark::name)
                        .toList());
    }

    /** By counts: what has other values, or was exchanged for as many others, is not seen, and the list says so. */
    @Override
    public Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        DataFolder data = new DataFolder(store);
        Map<String, Long> then = data.mark(DataFolder.database(name))
                .map(Mark::rows)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.LOSS_NOT_MEASURED,
                        "nobody has counted what is in database '" + name + "' of store '" + store.id() + "'",
                        "restore from a backup instead."));
        return new Loss(takenAt, Instant.now(), CountLoss.of(cypher(store).counts(), then));
    }

    @Override
    public Shape shape(ManagedSystem system, Store store, String beside, String kept) {
        DataFolder data = new DataFolder(store);
        return data.outside(
                "be looked at",
                () -> new Shape(
                        data.identity(data.live()),
                        data.identity(DataFolder.database(beside)),
                        data.identity(DataFolder.database(kept))));
    }

    @Override
    public Optional<Aside> aside(ManagedSystem system, Store store, String name) {
        DataFolder data = new DataFolder(store);
        String database = DataFolder.database(name);
        return data.outside("be looked at", () -> {
            Optional<Mark> mark = data.mark(database);
            return data.identity(database)
                    .map(identity -> mark.map(
                                    each -> new Aside(each.stage(), identity, each.backup(), each.replacedBy()))
                            .orElse(new Aside(Stage.UNKNOWN, identity, null, null)));
        });
    }

    @Override
    public long swap(ManagedSystem system, Store store, String beside, String kept) {
        DataFolder data = new DataFolder(store);
        FolderSwap swap = new FolderSwap(data, server(system, store), () -> {});
        return data.outside("be swapped", () -> {
            String next = DataFolder.database(beside);
            String old = DataFolder.database(kept);
            return swap.swap(next, old, swap.isDone(next, old) || swap.isUnderWay(next, old) ? null : counted(store));
        });
    }

    /** Null when the failed database cannot even be counted. */
    private Map<String, Long> counted(Store store) {
        try {
            return cypher(store).counts();
        } catch (OutsideException e) {
            return null;
        }
    }

    @Override
    public void settle(ManagedSystem system, Store store, String beside) {
        DataFolder data = new DataFolder(store);
        data.outside("be set right", () -> {
            new FolderSwap(data, server(system, store), () -> {}).settle(DataFolder.database(beside));
            return null;
        });
    }

    @Override
    public void discard(ManagedSystem system, Store store, String name) {
        DataFolder data = new DataFolder(store);
        String database = DataFolder.database(name);
        data.outside("discard '" + name + "'", () -> {
            boolean marked = data.mark(database).isPresent();
            if (!marked && data.identity(database).isPresent()) {
                throw new Refusal(
                        ErrorCode.STORE_SHAPE_UNKNOWN,
                        "database '" + database + "' of store '" + store.id() + "' was not made by Sternway",
                        "discard only copies and kept databases.");
            }
            if (marked) {
                Mandate.require();
                data.remove(database);
            }
            return null;
        });
    }

    /** @param question in Cypher; it can write nothing */
    @Override
    public String query(ManagedSystem system, Store store, String question) {
        return cypher(store).value(question);
    }
}
