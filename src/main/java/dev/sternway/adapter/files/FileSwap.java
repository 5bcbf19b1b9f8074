package dev.sternway.adapter.files;

import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Exchanges the live file or directory and one beside it.
 *
 * <p>A file gets a second name, under which it is kept, then the other one is renamed onto the live name, in one step of
 * the file system: the live name is never without a file. A directory cannot have two names: it is renamed to the name
 * that it is kept under, then the other one is renamed to the live name. What a crash left between the two is recognised by
 * the note that was written before, and taken back by {@link #settle}.
 */
public final class FileSwap {
    /** What must hold before a swap, and what must be done to the files of a technology. */
    public interface Users {
        /** Called before anything is touched. */
        void prepare(Path live, Path beside) throws Exception;

        /** Called right before the exchange: up to here the live name leads to the old one. */
        void requireUnused(Path live, Path beside) throws IOException;
    }

    private final HostFile file;
    private final Users users;
    /** Where a test may die. */
    private final Runnable between;

    public FileSwap(HostFile file, Users users, Runnable between) {
        this.file = file;
        this.users = users;
        this.between = between;
    }

    /** @return how long the live name led to what was not to be used, in milliseconds */
    public long swap(Path beside, Path kept) throws Exception {
        Mandate.require();
        Path live = file.live();
        String liveIdentity = HostFile.identity(live).orElse("none");
        if (isDone(liveIdentity, beside, kept)) {
            clearUp(beside);
            return 0;
        }
        Optional<Mark> next = Mark.read(beside).filter(mark -> mark.stage() != Stage.LOADING);
        Optional<String> nextIdentity = HostFile.identity(beside);
        Optional<String> keptIdentity = HostFile.identity(kept);
        boolean free = keptIdentity.isEmpty() || keptIdentity.get().equals(liveIdentity);
        if (liveIdentity.equals("none") || next.isEmpty() || nextIdentity.isEmpty() || !free) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "the files are not as a swap needs them: '%s' %s, '%s' %s, '%s' %s"
                            .formatted(
                                    live,
                                    liveIdentity.equals("none") ? "is missing" : "is there",
                                    beside,
                                    next.isEmpty() || nextIdentity.isEmpty() ? "is not a finished copy" : "is ready",
                                    kept,
                                    free ? "is free" : "is there already"),
                    "look at the files next to it; nothing was touched.");
        }
        users.requireUnused(live, beside);
        users.prepare(live, beside);
        long begin = System.nanoTime();
        new Mark(Stage.KEPT, next.get().backup(), nextIdentity.get()).write(kept);
        between.run();
        if (Files.isDirectory(live, LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(beside, LinkOption.NOFOLLOW_LINKS)) {
            twoRenames(live, beside, kept);
        } else {
            linkAndRename(live, beside, kept);
        }
        between.run();
        clearUp(beside);
        return Math.max(1, Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }

    private void linkAndRename(Path live, Path beside, Path kept) throws IOException {
        Files.deleteIfExists(kept);
        Files.createLink(kept, live);
        Mark.syncFolder(live);
        between.run();
        lastMoment(live, beside);
        Files.move(beside, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Mark.syncFolder(live);
    }

    private void twoRenames(Path live, Path beside, Path kept) throws IOException {
        lastMoment(live, beside);
        Files.move(live, kept, StandardCopyOption.ATOMIC_MOVE);
        Mark.syncFolder(live);
        between.run();
        Files.move(beside, live, StandardCopyOption.ATOMIC_MOVE);
        Mark.syncFolder(live);
    }

    private void lastMoment(Path live, Path beside) throws IOException {
        Mandate.require();
        users.requireUnused(live, beside);
    }

    /** Gives a directory its live name back, when a crash left it between the two renames; everything else it leaves alone. */
    public void settle(Path beside) throws IOException {
        Path live = file.live();
        Optional<String> next = HostFile.identity(beside);
        if (Files.exists(live, LinkOption.NOFOLLOW_LINKS) || next.isEmpty()) {
            return;
        }
        List<Path> aside;
        try (Stream<Path> all = Files.list(live.getParent())) {
            aside = all.toList();
        }
        for (Path kept : aside) {
            boolean ofThisSwap = Mark.read(kept)
                    .filter(mark -> mark.stage() == Stage.KEPT && next.get().equals(mark.replacedBy()))
                    .isPresent();
            if (ofThisSwap && !kept.equals(beside)) {
                Mandate.require();
                Files.move(kept, live, StandardCopyOption.ATOMIC_MOVE);
                Mark.remove(kept);
                return;
            }
        }
    }

    private static boolean isDone(String liveIdentity, Path beside, Path kept) throws IOException {
        return HostFile.identity(beside).isEmpty()
                && HostFile.identity(kept).isPresent()
                && Mark.read(kept)
                        .filter(mark -> mark.stage() == Stage.KEPT && liveIdentity.equals(mark.replacedBy()))
                        .isPresent();
    }

    private static void clearUp(Path beside) throws IOException {
        if (HostFile.identity(beside).isEmpty()) {
            Mark.remove(beside);
        }
    }
}
