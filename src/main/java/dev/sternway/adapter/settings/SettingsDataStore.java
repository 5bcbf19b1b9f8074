package dev.sternway.adapter.settings;

import dev.sternway.adapter.files.FileSwap;
import dev.sternway.adapter.files.HostFile;
import dev.sternway.adapter.files.Mark;
import dev.sternway.adapter.files.PathStore;
import dev.sternway.adapter.files.TakenAt;
import dev.sternway.adapter.settings.Settings.Malformed;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.SettingsFormat;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Stores that are one file of settings: taken back as a whole, so that comments and order stay, and looked at key by key. A
 * failed file that is not even in its format is backed up all the same; none such is ever loaded.
 */
@Component
class SettingsDataStore extends PathStore {
    /** As many keys fit into a line of a plan. */
    private static final int SHOWN = 20;

    @Override
    public Store.Kind kind() {
        return Store.Kind.SETTINGS;
    }

    @Override
    public String swapping(Store store) {
        return stopsUsers(store)
                ? "one rename; its services read it when they are started"
                : "one rename, below its services, which look for changes themselves";
    }

    @Override
    public Duration outage(Store store) {
        return Duration.ZERO;
    }

    @Override
    protected HostFile file(ManagedSystem system, Store store) {
        return new HostFile(system, store);
    }

    /** Settings are read and closed again: who holds the old file open has read it already. */
    @Override
    protected FileSwap.Users users(HostFile file) {
        return new FileSwap.Users() {
            @Override
            public void prepare(Path live, Path beside) {}

            @Override
            public void requireUnused(Path live, Path beside) {}
        };
    }

    @Override
    protected void remove(Path beside) throws IOException {
        Files.deleteIfExists(beside);
        Mark.remove(beside);
    }

    private static SettingsFormat format(HostFile file) {
        return SettingsFormat.of(file.live().toString());
    }

    private static Settings read(HostFile file) throws IOException {
        if (!Files.isRegularFile(file.live(), LinkOption.NOFOLLOW_LINKS)) {
            throw new OutsideException("'" + file.live() + "' is not there, or is no plain file");
        }
        return Settings.read(file.live(), format(file));
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        return file.outside("be read", () -> {
            String identity = HostFile.identity(file.live())
                    .orElseThrow(() -> new OutsideException("'" + file.live() + "' is not there, or is no plain file"));
            return new Identity(identity, format(file).name(), null, Files.size(file.live()));
        });
    }

    /** One for each key. */
    @Override
    public Map<String, Long> rows(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        return file.outside("be read", () -> read(file).keys());
    }

    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        Path live = file.live();
        return file.outside("be looked at", () -> {
            if (!Files.isRegularFile(live, LinkOption.NOFOLLOW_LINKS)) {
                return List.of("'" + live + "' is not there, or is a link and no plain file");
            }
            List<String> found = new ArrayList<>();
            if (!Files.isWritable(live.getParent())) {
                found.add("the folder of '" + live + "' cannot be written by Sternway");
            }
            if (!Files.getAttribute(live, "unix:dev").equals(Files.getAttribute(live.getParent(), "unix:dev"))) {
                found.add("'" + live + "' is mounted by itself and cannot be renamed: name the file on the host");
            }
            if (store.schema() != null && !Files.isReadable(Path.of(store.schema()))) {
                found.add("the schema '" + store.schema() + "' cannot be read");
            }
            tooSmall(live, Files.size(live)).ifPresent(found::add);
            return found;
        });
    }

    @Override
    public Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        HostFile file = file(system, store);
        return file.outside("be backed up", () -> {
            if (!Files.isRegularFile(file.live(), LinkOption.NOFOLLOW_LINKS)) {
                throw new OutsideException("'" + file.live() + "' is not there, or is no plain file");
            }
            Instant before = Instant.now();
            Path target =
                    directory.resolve(store.id() + "." + format(file).name().toLowerCase(java.util.Locale.ROOT));
            Files.createDirectories(directory);
            HostFile.copy(file.live(), target);
            return part(file, target, keys(target, format(file)), before);
        });
    }

    /** None of a file that is not in its format. */
    private static Map<String, Long> keys(Path file, SettingsFormat format) throws IOException {
        try {
            return Settings.read(file, format).keys();
        } catch (Malformed failedState) {
            return Map.of();
        }
    }

    private static Part part(HostFile file, Path target, Map<String, Long> keys, Instant at) throws IOException {
        return new Part(
                file.store().id(),
                target.getFileName().toString(),
                Files.size(target),
                BackupFile.sha256(target),
                keys,
                null,
                format(file).name(),
                Format.SETTINGS,
                at);
    }

    @Override
    public void verify(ManagedSystem system, Store store, Part part, Path directory, String reader) {
        HostFile file = file(system, store);
        BackupFile backup = BackupFile.verified(part, directory);
        requireOurs(file, part, backup.path());
        if (part.totalRows() > 0) {
            Map<String, Long> keys = settings(file, backup.path()).keys();
            if (!keys.equals(part.rows())) {
                throw BackupFile.refusal(
                        ErrorCode.BACKUP_NOT_LOADABLE,
                        backup.path(),
                        "has the keys " + keys.keySet() + ", the manifest says "
                                + part.rows().keySet());
            }
        }
        backup.requireUnchanged();
    }

    private static void requireOurs(HostFile file, Part part, Path path) {
        if (!part.storeId().equals(file.store().id())) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    path,
                    "is of store '" + part.storeId() + "', not of '"
                            + file.store().id() + "'");
        }
        if (part.format() != Format.SETTINGS
                || part.serverVersion() != null
                        && !part.serverVersion().equals(format(file).name())) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE,
                    path,
                    "is " + part.format() + " " + part.serverVersion() + ", the live file is "
                            + format(file).name());
        }
    }

    /** The backup's settings; refuses what is not in its format. */
    private static Settings settings(HostFile file, Path path) {
        try {
            return Settings.read(path, format(file));
        } catch (Malformed e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, path, e.getMessage());
        } catch (IOException e) {
            throw new OutsideException("backup file '" + path + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /** What a file must be before it may go live: in its format, with keys, and as the schema wants it. */
    private static void requireGood(HostFile file, Path path) throws IOException {
        Settings settings = settings(file, path);
        if (settings.size() == 0) {
            throw BackupFile.refusal(ErrorCode.BACKUP_EMPTY, path, "holds no settings at all");
        }
        if (file.store().schema() != null) {
            List<String> mistakes = settings.mistakes(Path.of(file.store().schema()));
            if (!mistakes.isEmpty()) {
                throw BackupFile.refusal(
                        ErrorCode.BACKUP_NOT_LOADABLE,
                        path,
                        "does not match the schema '" + file.store().schema() + "': " + String.join("; ", mistakes));
            }
        }
    }

    @Override
    public void loadBeside(
            ManagedSystem system, Store store, Part part, Path directory, String name, Progress progress) {
        HostFile file = file(system, store);
        verify(system, store, part, directory);
        BackupFile source = BackupFile.verified(part, directory);
        file.alone("load '" + name + "'", () -> {
            Mandate.require();
            requireGood(file, source.path());
            Path copy = file.beside(name);
            if (isLoaded(part, copy)) {
                return null;
            }
            new Mark(Stage.LOADING, part.sha256(), null).write(copy);
            try {
                HostFile.copy(source.path(), copy);
                file.own(copy);
                source.requireUnchanged();
                if (!BackupFile.sha256(copy).equals(part.sha256())) {
                    throw BackupFile.refusal(
                            ErrorCode.BACKUP_SWAPPED, source.path(), "is not what was verified a moment ago");
                }
                Mandate.require();
                new Mark(Stage.LOADED, part.sha256(), null).write(copy);
                return null;
            } catch (IOException | RuntimeException e) {
                remove(copy);
                throw e;
            }
        });
    }

    @Override
    public Trial tryRestore(
            ManagedSystem system,
            Store store,
            Part part,
            Path directory,
            String name,
            List<Question> questions,
            Progress progress) {
        HostFile file = file(system, store);
        discard(system, store, name);
        long begin = System.nanoTime();
        try {
            loadBeside(system, store, part, directory, name, progress);
            long loaded = System.nanoTime();
            return file.outside("try '" + name + "'", () -> {
                Settings settings = Settings.read(file.beside(name), format(file));
                List<String> faults = questions.stream()
                        .filter(question -> !question.expect().equals(settings.value(question.query())))
                        .map(question -> "'" + question.id() + "': '" + question.query() + "' is not as it should be")
                        .toList();
                return new Trial(
                        part.bytes(),
                        settings.keys(),
                        null,
                        Duration.ofNanos(loaded - begin),
                        Duration.ofNanos(System.nanoTime() - loaded),
                        faults,
                        List.of(
                                settings.size() + " keys read",
                                store.schema() == null ? "no schema" : "schema matched"));
            });
        } finally {
            discard(system, store, name);
        }
    }

    @Override
    public Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        HostFile file = file(system, store);
        return file.outside("adopt '" + source + "'", () -> {
            if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
                throw notAdoptable(source, "is no plain file");
            }
            try {
                Settings.read(source, format(file));
            } catch (Malformed e) {
                throw notAdoptable(source, e.getMessage());
            }
            Files.createDirectories(folder);
            Path target = folder.resolve(store.id() + "." + format(file).name().toLowerCase(java.util.Locale.ROOT));
            HostFile.copy(source, target);
            Instant takenAt = TakenAt.of(source, source);
            return new Adopted(part(file, target, null, takenAt), takenAt);
        });
    }

    @Override
    public Optional<String> changes(ManagedSystem system, Store store, Part part, Path directory) {
        HostFile file = file(system, store);
        verify(system, store, part, directory);
        Path path = BackupFile.verified(part, directory).path();
        return Optional.of(file.outside("be compared", () -> {
            requireGood(file, path);
            try {
                return words(read(file), settings(file, path));
            } catch (Malformed e) {
                return "replaces the whole file, which " + e.getMessage() + " now";
            }
        }));
    }

    private static String words(Settings live, Settings backup) {
        List<String> changed = live.keys().keySet().stream()
                .filter(key -> backup.has(key) && !live.agrees(backup, key))
                .toList();
        List<String> removed =
                live.keys().keySet().stream().filter(key -> !backup.has(key)).toList();
        List<String> added =
                backup.keys().keySet().stream().filter(key -> !live.has(key)).toList();
        if (changed.isEmpty() && removed.isEmpty() && added.isEmpty()) {
            return "changes no key";
        }
        return Stream.of(named("changes", changed), named("removes", removed), named("adds", added))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static String named(String what, List<String> keys) {
        if (keys.isEmpty()) {
            return "";
        }
        List<String> shown = keys.subList(0, Math.min(SHOWN, keys.size()));
        return what + " " + String.join(", ", shown)
                + (keys.size() > SHOWN ? " and " + (keys.size() - SHOWN) + " more" : "");
    }

    private static Refusal notAdoptable(Path source, String fact) {
        return new Refusal(
                ErrorCode.BACKUP_NOT_ADOPTABLE,
                "'" + source + "' " + fact,
                "name a copy of the file, in the same format.");
    }

    /** Key by key, those that differ alone: what goes, what changes and what comes back; their values are shown nowhere. */
    @Override
    public Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        HostFile file = file(system, store);
        return file.outside("be compared", () -> {
            Settings backup = Settings.read(file.beside(name), format(file));
            List<TableLoss> differing = new ArrayList<>();
            try {
                Settings live = read(file);
                Set<String> keys = new TreeSet<>(live.keys().keySet());
                keys.addAll(backup.keys().keySet());
                for (String key : keys) {
                    if (!live.agrees(backup, key)) {
                        boolean both = live.has(key) && backup.has(key);
                        differing.add(new TableLoss(
                                key,
                                live.has(key) ? 1 : 0,
                                backup.has(key) ? 1 : 0,
                                live.has(key) && !backup.has(key) ? 1 : 0,
                                both ? 1 : 0));
                    }
                }
            } catch (Malformed e) {
                differing.add(new TableLoss("(the whole file: the live one " + e.getMessage() + ")", 1, 1, 0, 1));
            }
            return new Loss(takenAt, Instant.now(), differing);
        });
    }

    /** The value under a key, {@code limits.pool_size} or {@code hosts[0]}; null when there is none. */
    @Override
    public String query(ManagedSystem system, Store store, String key) {
        HostFile file = file(system, store);
        return file.outside("answer a check", () -> read(file).value(key));
    }
}
