package dev.sternway.adapter.etcd;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.springframework.stereotype.Component;

/**
 * Stores that are the keys with a prefix on an etcd. Nothing is stopped for a swap: it writes the keys that differ, and
 * deletes those that only the live ones have, as people have approved them by name.
 */
@Component
class EtcdDataStore implements DataStore {
    /** Beyond, it is no configuration any more: all keys are read at once. */
    private static final long LARGEST = 256L << 20;

    private final EtcdServers servers;

    EtcdDataStore(EtcdServers servers) {
        this.servers = servers;
    }

    @Override
    public Store.Kind kind() {
        return Store.Kind.ETCD;
    }

    @Override
    public Set<Capability> can(Store store) {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public String swapping(Store store) {
        return "only keys that differ are written, those that only live has are deleted, "
                + (stopsUsers(store) ? "while its services are stopped" : "its services see them at once");
    }

    @Override
    public Duration outage(Store store) {
        return Duration.ZERO;
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        Prefix prefix = servers.prefix(store);
        EtcdClient.Status status = prefix.etcd().status();
        return new Identity(
                identity(status.cluster(), prefix.liveMark().mark().generation()),
                status.version(),
                null,
                read(store, prefix).bytes());
    }

    private static String identity(String cluster, String generation) {
        return cluster + "/" + generation;
    }

    private static Snapshot read(Store store, Prefix prefix) {
        Snapshot snapshot = prefix.read();
        if (snapshot.bytes() > LARGEST) {
            throw new Refusal(
                    ErrorCode.PLAN_OBSTACLE,
                    "the keys of store '" + store.id() + "' take " + snapshot.bytes() + " bytes, at most " + LARGEST
                            + " can be handled",
                    "choose narrower prefixes, each as a store.");
        }
        return snapshot;
    }

    @Override
    public Map<String, Long> rows(ManagedSystem system, Store store) {
        return rows(store, read(store, servers.prefix(store)).items().size());
    }

    private static Map<String, Long> rows(Store store, long keys) {
        return Map.of(store.prefix(), keys);
    }

    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        Prefix prefix = servers.prefix(store);
        List<String> found = new ArrayList<>();
        prefix.etcd().status().alarms().forEach(alarm -> found.add("etcd reports: " + alarm));
        try {
            read(store, prefix);
            mayWrite(prefix);
        } catch (EtcdClient.Refused e) {
            found.add("etcd does not let Sternway read and write the keys of '" + store.prefix() + "' and of '"
                    + EtcdServers.ASIDE + "': " + e.getMessage());
        }
        return found;
    }

    /** Asks for what will be written in a transaction whose condition never holds: etcd looks at the rights first. */
    private static void mayWrite(Prefix prefix) {
        String nothing = "";
        Key probe = Key.of("sternway-probe").below(prefix.live());
        EtcdClient.Done done = prefix.etcd()
                .commit(new Txn()
                        .when(prefix.liveMarkKey(), Long.MAX_VALUE)
                        .put(probe, nothing)
                        .delete(Key.of("sternway-probe-2").below(prefix.live()))
                        .put(prefix.liveMarkKey(), nothing));
        if (done.succeeded()) {
            throw new IllegalStateException("a revision that cannot be was found in etcd");
        }
    }

    @Override
    public BackupSet.Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        Prefix prefix = servers.prefix(store);
        return files(store, "be backed up", () -> {
            progress.report(0, "reading keys");
            EtcdClient.Status status = prefix.etcd().status();
            Instant before = Instant.now();
            Snapshot snapshot = read(store, prefix);
            progress.report(50, "writing keys");
            if (!snapshot.leased().isEmpty()) {
                progress.note(leftOut(store, snapshot.leased().size()));
            }
            Path file = backups(system, store).write(snapshot, status.version(), directory);
            return part(store, file, rows(store, snapshot.items().size()), status.version(), before);
        });
    }

    private static String leftOut(Store store, int leased) {
        return leased + (leased == 1 ? " key" : " keys") + " of store '" + store.id() + "' held by leases left out";
    }

    private static BackupSet.Part part(
            Store store, Path file, Map<String, Long> rows, String serverVersion, Instant snapshotAt)
            throws IOException {
        return new BackupSet.Part(
                store.id(),
                file.getFileName().toString(),
                Files.size(file),
                BackupFile.sha256(file),
                rows,
                null,
                serverVersion,
                BackupSet.Format.ETCD,
                snapshotAt);
    }

    private static Backups backups(ManagedSystem system, Store store) {
        return new Backups(system.id(), store.id(), Key.of(store.prefix()));
    }

    @Override
    public void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory, String reader) {
        verified(system, store, part, directory);
    }

    private record Verified(BackupFile file, Backups.Read content) {}

    private Verified verified(ManagedSystem system, Store store, BackupSet.Part part, Path directory) {
        BackupFile file = BackupFile.verified(part, directory);
        Backups.Read content = backups(system, store).read(part, file.path());
        file.requireUnchanged();
        String running = servers.prefix(store).etcd().status().version();
        if (Versions.isNewer(content.serverVersion(), running)) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NEWER_SERVER,
                    file.path(),
                    "was taken of etcd " + content.serverVersion() + ", the server is " + running);
        }
        return new Verified(file, content);
    }

    @Override
    public void loadBeside(
            ManagedSystem system, Store store, BackupSet.Part part, Path directory, String name, Progress progress) {
        Verified backup = verified(system, store, part, directory);
        if (backup.content().values().isEmpty()) {
            throw BackupFile.refusal(ErrorCode.BACKUP_EMPTY, backup.file().path(), "holds no keys at all");
        }
        Prefix prefix = servers.prefix(store);
        Copies copies = new Copies(prefix);
        swap(prefix, store).settle();
        Optional<Mark.Held> before = prefix.mark(name);
        if (before.map(Mark.Held::mark)
                .filter(mark ->
                        mark.phase() == Mark.Phase.LOADED && part.sha256().equals(mark.backup()))
                .isPresent()) {
            return;
        }
        if (before.filter(held -> isKept(held.mark())).isPresent()) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "copy '" + name + "' of store '" + store.id() + "' holds keys that were live once",
                    "look what it holds, then discard it.");
        }
        SortedMap<Key, String> values = backup.content().values();
        Mark mark = new Mark(
                Mark.Phase.LOADING,
                Generation.next(),
                part.sha256(),
                null,
                null,
                values.size(),
                Content.digest(values));
        long fence = copies.write(name, values, before, mark, progress);
        try {
            backup.file().requireUnchanged();
        } catch (Refusal swapped) {
            copies.remove(name, fence);
            throw swapped;
        }
        copies.mark(name, fence, mark.as(Mark.Phase.LOADED));
    }

    private static boolean isKept(Mark mark) {
        return mark.phase() == Mark.Phase.KEPT || mark.phase() == Mark.Phase.KEEPING;
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
        Prefix prefix = servers.prefix(store);
        discard(system, store, name);
        long begin = System.nanoTime();
        try {
            loadBeside(system, store, part, directory, name, progress);
            long loaded = System.nanoTime();
            Mark mark = prefix.mark(name)
                    .orElseThrow(() -> new OutsideException("copy '" + name + "' is gone"))
                    .mark();
            SortedMap<Key, String> copy = prefix.copy(name);
            List<String> faults = new ArrayList<>();
            if (!Content.digest(copy).equals(mark.digest())) {
                faults.add("the copy does not hold what the backup holds");
            }
            for (Question question : questions) {
                if (!question.expect().equals(text(copy.get(Key.of(question.query()))))) {
                    faults.add("'" + question.id() + "' is not '" + question.expect() + "'");
                }
            }
            long leased = backups(system, store)
                    .read(part, directory.resolve(part.file()))
                    .leasedLeftOut();
            return new Trial(
                    Files.size(directory.resolve(part.file())),
                    rows(store, copy.size()),
                    null,
                    Duration.ofNanos(loaded - begin),
                    Duration.ofNanos(System.nanoTime() - loaded),
                    faults,
                    List.of(
                            copy.size() + " keys written and read again",
                            leased == 0 ? "none was held by a lease" : leased + " that leases held are not in it"));
        } catch (IOException e) {
            throw new OutsideException("backup file '" + part.file() + "' cannot be read: " + e.getMessage(), e);
        } finally {
            discard(system, store, name);
        }
    }

    @Override
    public Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        Prefix prefix = servers.prefix(store);
        return files(store, "adopt '" + source + "'", () -> {
            Snapshot snapshot = Adoption.read(source, prefix.live());
            Instant takenAt = Files.getLastModifiedTime(source).toInstant();
            String version = prefix.etcd().status().version();
            Path file = backups(system, store).write(snapshot, version, folder);
            return new Adopted(part(store, file, null, version, takenAt), takenAt);
        });
    }

    @Override
    public List<String> copies(ManagedSystem system, Store store) {
        return servers.prefix(store).marks().entrySet().stream()
                .filter(each -> !isKept(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The copy remembers at which revision it was measured: a swap refuses keys that somebody wrote later. */
    @Override
    public Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        Prefix prefix = servers.prefix(store);
        Mark.Held held = prefix.mark(name)
                .filter(each ->
                        each.mark().phase() == Mark.Phase.LOADED || each.mark().phase() == Mark.Phase.KEPT)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.STORE_SHAPE_UNKNOWN,
                        "copy '" + name + "' of store '" + store.id() + "' is not there or not finished",
                        "load it first."));
        progress.report(10, "reading keys");
        SortedMap<Key, String> wanted = prefix.copy(name);
        Snapshot live = read(store, prefix);
        new Copies(prefix).mark(name, held.revision(), held.mark().measuredAt(live.revision()));
        return new Loss(takenAt, Instant.now(), KeyLoss.of(live, wanted));
    }

    @Override
    public Shape shape(ManagedSystem system, Store store, String beside, String kept) {
        Prefix prefix = servers.prefix(store);
        return new Shape(
                Optional.of(identity(
                        prefix.etcd().status().cluster(),
                        prefix.liveMark().mark().generation())),
                aside(prefix, beside).map(Aside::identity),
                aside(prefix, kept).map(Aside::identity));
    }

    @Override
    public Optional<Aside> aside(ManagedSystem system, Store store, String name) {
        return aside(servers.prefix(store), name);
    }

    /** What a swap puts aside counts once the swap has ended: until then the next attempt writes it anew. */
    private static Optional<Aside> aside(Prefix prefix, String name) {
        LiveMark live = prefix.liveMark().mark();
        String cluster = prefix.etcd().status().cluster();
        return prefix.mark(name)
                .map(Mark.Held::mark)
                .filter(mark -> mark.phase() != Mark.Phase.KEEPING)
                .filter(mark -> !name.equals(live.kept()))
                .map(mark -> new Aside(
                        switch (mark.phase()) {
                            case LOADING -> Stage.LOADING;
                            case LOADED -> Stage.LOADED;
                            case KEEPING, KEPT -> Stage.KEPT;
                        },
                        identity(cluster, mark.generation()),
                        mark.backup(),
                        mark.replacedBy() == null ? null : identity(cluster, mark.replacedBy())));
    }

    /** The keys are never away: 0, whether it was done now or before. */
    @Override
    public long swap(ManagedSystem system, Store store, String beside, String kept) {
        swap(servers.prefix(store), store).swap(beside, kept);
        return 0;
    }

    private static KeySwap swap(Prefix prefix, Store store) {
        return new KeySwap(prefix, store.id(), () -> {});
    }

    /** Takes back what a swap that was cut off between two transactions has written. */
    @Override
    public void settle(ManagedSystem system, Store store, String beside) {
        swap(servers.prefix(store), store).settle();
    }

    @Override
    public void discard(ManagedSystem system, Store store, String name) {
        Prefix prefix = servers.prefix(store);
        Mandate.require();
        swap(prefix, store).settle();
        prefix.mark(name).ifPresent(held -> new Copies(prefix).remove(name, held.revision()));
    }

    /** @param key whose value is the answer, as text */
    @Override
    public String query(ManagedSystem system, Store store, String key) {
        Prefix prefix = servers.prefix(store);
        if (!key.startsWith(store.prefix())) {
            throw new OutsideException("key '" + key + "' is not of store '" + store.id() + "', whose keys begin with '"
                    + store.prefix() + "'");
        }
        return prefix.etcd().key(Key.of(key)).items().stream()
                .findFirst()
                .map(item -> text(item.value()))
                .orElse(null);
    }

    private static String text(String base64) {
        return base64 == null
                ? null
                : new String(Base64.getDecoder().decode(base64), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Work with files. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T files(Store store, String purpose, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new OutsideException(
                    "store '" + store.id() + "' failed to " + purpose + ": "
                            + Objects.toString(e.getMessage(), e.toString()),
                    e);
        }
    }
}
