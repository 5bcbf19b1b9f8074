package dev.sternway.step;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A data store in memory: databases by name, with a log of what was done to them. */
public class FakeDataStore implements DataStore {

    /** One database. */
    public static class Database {
        public String identity;
        public String schemaVersion = "1";
        public Map<String, Long> rows = new TreeMap<>(Map.of("public.orders", 3L));
        public Aside aside;
    }

    public final Map<String, Database> databases = new LinkedHashMap<>();
    public final List<String> done = new ArrayList<>();
    public final List<String> obstacles = new ArrayList<>();
    public final Map<String, String> answers = new HashMap<>();
    public List<TableLoss> losses = List.of(new TableLoss("public.orders", 3, 2, 1, 1));
    public final List<String> trialFaults = new ArrayList<>();
    public Refusal verifyRefuses;

    /** Run right before and right after each effect, with what it does. */
    public Consumer<String> before = what -> {};

    public Consumer<String> after = what -> {};
    /** How rows are brought back; null when they cannot be. */
    public RowSalvage salvage;

    public RuntimeException loadFails;
    public Set<Capability> able = EnumSet.allOf(Capability.class);
    private int nextIdentity = 16384;

    /** @param live name of the live database */
    public FakeDataStore(String live) {
        add(live);
    }

    public final Database add(String name) {
        Database database = new Database();
        database.identity = String.valueOf(nextIdentity++);
        databases.put(name, database);
        return database;
    }

    @Override
    public Store.Kind kind() {
        return Store.Kind.POSTGRESQL;
    }

    @Override
    public Set<Capability> can(Store store) {
        return able;
    }

    @Override
    public String swapping(Store store) {
        return "one entry of a map replaced";
    }

    @Override
    public Duration outage(Store store) {
        return Duration.ofSeconds(1);
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        Database live = databases.get(store.database());
        return new Identity(live.identity, "15.18", live.schemaVersion, 1_000_000);
    }

    /** Bytes that are free for copies. */
    public OptionalLong free = OptionalLong.empty();

    @Override
    public OptionalLong freeBytes(ManagedSystem system, Store store) {
        return free;
    }

    @Override
    public Map<String, Long> rows(ManagedSystem system, Store store) {
        return databases.get(store.database()).rows;
    }

    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        return List.copyOf(obstacles);
    }

    @Override
    public BackupSet.Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        effect("backUp " + store.id());
        Database live = databases.get(store.database());
        String file = store.id() + ".dump";
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(file), "dump of " + live.identity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        after.accept("backUp " + store.id());
        return new BackupSet.Part(
                store.id(), file, 13, "sha-of-" + live.identity, live.rows, live.schemaVersion, "15.18");
    }

    @Override
    public void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory, String reader) {
        if (verifyRefuses != null) {
            throw verifyRefuses;
        }
    }

    @Override
    public void loadBeside(
            ManagedSystem system, Store store, BackupSet.Part part, Path directory, String name, Progress progress) {
        if (verifyRefuses != null) {
            throw verifyRefuses;
        }
        effect("loadBeside " + name);
        if (loadFails != null) {
            throw loadFails;
        }
        Database copy = add(name);
        copy.rows = new TreeMap<>(part.rowsKnown() ? part.rows() : Map.of("public.orders", 3L));
        copy.schemaVersion = part.schemaVersion();
        copy.aside = new Aside(Stage.LOADED, copy.identity, part.sha256(), null);
        after.accept("loadBeside " + name);
        progress.report(100, "loaded");
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
        discard(system, store, name);
        loadBeside(system, store, part, directory, name, progress);
        discard(system, store, name);
        return new Trial(
                2_000_000,
                part.rowsKnown() ? part.rows() : Map.of("public.orders", 3L),
                "1",
                Duration.ofSeconds(4),
                Duration.ofSeconds(1),
                List.copyOf(trialFaults),
                List.of("1 index valid"));
    }

    @Override
    public Optional<Trial> examine(
            ManagedSystem system, Store store, String name, List<Question> questions, Progress progress) {
        Database copy = databases.get(name);
        return Optional.of(new Trial(
                2_000_000,
                copy.rows,
                copy.schemaVersion,
                Duration.ZERO,
                Duration.ofSeconds(1),
                List.copyOf(trialFaults),
                List.of("1 index valid")));
    }

    @Override
    public Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        BackupSet.Part part = backUp(system, store, folder, Progress.NONE);
        return new Adopted(part.seen(null, null), Instant.parse("2026-11-20T10:15:00Z"));
    }

    @Override
    public List<String> copies(ManagedSystem system, Store store) {
        return databases.entrySet().stream()
                .filter(each ->
                        each.getValue().aside != null && each.getValue().aside.stage() != Stage.KEPT)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        done.add("compare " + name);
        return new Loss(takenAt, takenAt.plusSeconds(60), losses);
    }

    @Override
    public Shape shape(ManagedSystem system, Store store, String beside, String kept) {
        return new Shape(identity(store.database()), identity(beside), identity(kept));
    }

    @Override
    public Optional<Aside> aside(ManagedSystem system, Store store, String name) {
        return Optional.ofNullable(databases.get(name))
                .map(each -> each.aside == null ? new Aside(Stage.UNKNOWN, each.identity, null, null) : each.aside);
    }

    @Override
    public long swap(ManagedSystem system, Store store, String beside, String kept) {
        Database copy = databases.get(beside);
        if (copy == null && databases.containsKey(kept)) {
            return 0;
        }
        if (copy == null || databases.containsKey(kept)) {
            throw new Refusal(ErrorCode.STORE_SHAPE_UNKNOWN, "unknown shape", "look.");
        }
        Mandate.require();
        effect("swap " + beside + " " + kept);
        Database failed = databases.remove(store.database());
        databases.remove(beside);
        String backup = copy.aside == null ? null : copy.aside.backupSha256();
        failed.aside = new Aside(Stage.KEPT, failed.identity, backup, copy.identity);
        copy.aside = null;
        databases.put(store.database(), copy);
        databases.put(kept, failed);
        after.accept("swap " + beside + " " + kept);
        return 25;
    }

    @Override
    public void settle(ManagedSystem system, Store store, String beside) {
        Mandate.require();
        done.add("settle");
    }

    @Override
    public void discard(ManagedSystem system, Store store, String name) {
        Mandate.require();
        done.add("discard " + name);
        databases.remove(name);
    }

    @Override
    public Optional<RowSalvage> rowSalvage() {
        return Optional.ofNullable(salvage);
    }

    @Override
    public String query(ManagedSystem system, Store store, String sql) {
        return answers.get(sql);
    }

    private void effect(String what) {
        before.accept(what);
        done.add(what);
    }

    private Optional<String> identity(String name) {
        return Optional.ofNullable(databases.get(name)).map(each -> each.identity);
    }
}
