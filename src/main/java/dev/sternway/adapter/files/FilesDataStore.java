package dev.sternway.adapter.files;

import dev.sternway.adapter.files.Tree.Kind;
import dev.sternway.adapter.files.Tree.Node;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/** Stores that are a directory or a file: packed into one archive, unpacked beside, swapped by their names. */
@Component
class FilesDataStore extends PathStore {
    private static final long BLOCK = 4096;

    @Override
    public Store.Kind kind() {
        return Store.Kind.FILES;
    }

    @Override
    public String swapping(Store store) {
        return stopsUsers(store)
                ? "two renames, while its services are stopped and nobody holds a file of it open"
                : "two renames, below its services: for a moment the name is empty";
    }

    @Override
    public Duration outage(Store store) {
        return Duration.ofSeconds(1);
    }

    @Override
    protected HostFile file(ManagedSystem system, Store store) {
        return new HostFile(system, store);
    }

    @Override
    protected FileSwap.Users users(HostFile file) {
        return new FileSwap.Users() {
            @Override
            public void prepare(Path live, Path beside) {}

            @Override
            public void requireUnused(Path live, Path beside) throws IOException {
                if (!stopsUsers(file.store())) {
                    return;
                }
                Set<String> all = Tree.identities(live);
                all.addAll(Tree.identities(beside));
                List<String> holders = Holders.of(all);
                if (!holders.isEmpty()) {
                    throw new Refusal(
                            ErrorCode.STORE_IN_USE,
                            "'" + live + "' is used by " + holders,
                            "end what uses it, then retry the task; nothing was swapped.");
                }
            }
        };
    }

    @Override
    protected void remove(Path beside) throws IOException {
        Tree.remove(beside);
        Mark.remove(beside);
    }

    private static String present(HostFile file) throws IOException {
        return HostFile.identity(file.live())
                .orElseThrow(() -> new OutsideException(
                        "'" + file.live() + "' is not there, or is neither a file nor a directory"));
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        return file.outside(
                "be read",
                () -> new Identity(present(file), FilesBackups.VERSION, null, Tree.bytes(Tree.of(file.live()))));
    }

    @Override
    public Map<String, Long> rows(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        return file.outside("be counted", () -> Tree.count(Tree.of(file.live())));
    }

    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        Path live = file.live();
        return file.outside("be looked at", () -> {
            if (HostFile.identity(live).isEmpty()) {
                return List.of("'" + live + "' is not there, or is a link");
            }
            List<String> found = new ArrayList<>();
            if (!Files.isWritable(live.getParent())) {
                found.add("the folder of '" + live + "' cannot be written by Sternway");
            }
            if (!Files.getAttribute(live, "unix:dev").equals(Files.getAttribute(live.getParent(), "unix:dev"))) {
                found.add("'" + live + "' is where a disk is mounted and cannot be renamed: name a directory in it");
            }
            Map<String, Node> tree = Tree.of(live);
            tooSmall(live, Tree.bytes(tree)).ifPresent(found::add);
            for (Map.Entry<String, Node> each : tree.entrySet()) {
                if (each.getValue().kind() == Kind.LINK) {
                    String target =
                            Files.readSymbolicLink(each.getValue().path()).toString();
                    if (!Entries.staysWithin(each.getKey(), target)) {
                        found.add("the link '" + each.getKey() + "' in '" + live + "' leads out of it, to '" + target
                                + "'");
                    }
                }
            }
            return found;
        });
    }

    @Override
    public Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        HostFile file = file(system, store);
        return file.outside("be backed up", () -> {
            present(file);
            return new FilesBackups(file).write(directory, progress);
        });
    }

    @Override
    public void verify(ManagedSystem system, Store store, Part part, Path directory, String reader) {
        new FilesBackups(file(system, store)).verified(part, directory);
    }

    @Override
    public void loadBeside(
            ManagedSystem system, Store store, Part part, Path directory, String name, Progress progress) {
        HostFile file = file(system, store);
        FilesBackups.Verified source = new FilesBackups(file).verified(part, directory);
        if (source.contents().counts().isEmpty()) {
            throw BackupFile.refusal(ErrorCode.BACKUP_EMPTY, source.file().path(), "holds no files at all");
        }
        file.alone("load '" + name + "'", () -> {
            Mandate.require();
            Path copy = file.beside(name);
            if (isLoaded(part, copy)) {
                return null;
            }
            requireRoom(file, source);
            new Mark(Stage.LOADING, part.sha256(), null).write(copy);
            try {
                Unpacking.unpack(source.file().path(), copy, source.contents(), progress);
                source.file().requireUnchanged();
                Map<String, Long> found = Tree.count(Tree.of(copy));
                if (!found.equals(source.contents().counts())) {
                    throw BackupFile.refusal(
                            ErrorCode.BACKUP_SWAPPED, source.file().path(), "gave " + found + " files");
                }
                Mandate.require();
                new Mark(Stage.LOADED, part.sha256(), null).write(copy);
                return null;
            } catch (IOException | RuntimeException e) {
                throwAway(copy, e);
                if (String.valueOf(e.getMessage()).contains("No space left")) {
                    throw new Refusal(
                            ErrorCode.DISK_TOO_SMALL,
                            "the disk of '" + file.live() + "' ran full while the backup was unpacked beside it",
                            "make room on that disk, then try again; the live one was not touched.");
                }
                throw e;
            }
        });
    }

    private void throwAway(Path copy, Exception cause) {
        try {
            remove(copy);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void requireRoom(HostFile file, FilesBackups.Verified source) throws IOException {
        long needed = source.contents().bytes() + source.contents().entries() * BLOCK;
        tooSmall(file.live(), needed).ifPresent(fact -> {
            throw new Refusal(ErrorCode.DISK_TOO_SMALL, fact, "make room on that disk, then try again.");
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
                Path copy = file.beside(name);
                List<String> faults = new ArrayList<>();
                for (Question question : questions) {
                    String answer = answer(copy, question.query());
                    if (!question.expect().equals(answer)) {
                        faults.add("'" + question.id() + "' gives '" + answer + "' instead of '" + question.expect()
                                + "'");
                    }
                }
                Map<String, Node> tree = Tree.of(copy);
                Map<String, Long> counts = Tree.count(tree);
                return new Trial(
                        Tree.bytes(tree),
                        counts,
                        null,
                        Duration.ofNanos(loaded - begin),
                        Duration.ofNanos(System.nanoTime() - loaded),
                        faults,
                        List.of(
                                "every entry looked at and unpacked",
                                counts.values().stream()
                                                .mapToLong(Long::longValue)
                                                .sum() + " files counted"));
            });
        } finally {
            discard(system, store, name);
        }
    }

    @Override
    public Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        return new FilesAdoption(file(system, store)).adopt(source, folder);
    }

    /** File by file: what only one side has, and what has other content. */
    @Override
    public Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        HostFile file = file(system, store);
        return file.outside("be compared", () -> {
            Map<String, Node> live = Tree.of(file.live());
            Map<String, Node> backup = Tree.of(file.beside(name));
            Map<String, long[]> losses = new TreeMap<>();
            Map<String, Long> ofLive = Tree.count(live);
            Map<String, Long> ofBackup = Tree.count(backup);
            Set<String> tops = new TreeSet<>(ofLive.keySet());
            tops.addAll(ofBackup.keySet());
            tops.forEach(top -> losses.put(top, new long[2]));
            int done = 0;
            for (Map.Entry<String, Node> each : live.entrySet()) {
                Node kept = backup.get(each.getKey());
                if (each.getValue().kind() == Kind.FILE || each.getValue().kind() == Kind.LINK) {
                    long[] loss = losses.get(Tree.top(each.getKey()));
                    if (kept == null) {
                        loss[0]++;
                    } else if (!Tree.same(each.getValue(), kept)) {
                        loss[1]++;
                    }
                }
                progress.report(++done * 100 / live.size(), "comparing files");
            }
            List<TableLoss> tables = new ArrayList<>();
            losses.forEach((top, loss) -> tables.add(new TableLoss(
                    top, ofLive.getOrDefault(top, 0L), ofBackup.getOrDefault(top, 0L), loss[0], loss[1])));
            return new Loss(takenAt, Instant.now(), tables);
        });
    }

    /** SHA-256 of the file at a path within the store; null when there is none. */
    @Override
    public String query(ManagedSystem system, Store store, String path) {
        HostFile file = file(system, store);
        return file.outside("answer a check", () -> answer(file.live(), path));
    }

    private static String answer(Path root, String path) throws IOException {
        Node node = Tree.of(root).get(path);
        return node == null || node.kind() != Kind.FILE ? null : BackupFile.sha256(node.path());
    }
}
