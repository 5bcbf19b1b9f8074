package dev.sternway.adapter.neo4j;

import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Exchanges the live database and one beside it, by four renames while the server is stopped. A swap that was cut off is
 * known by the mark of the kept one and by which directories are where, and is carried to its end by the next attempt.
 */
final class FolderSwap {
    private final DataFolder data;
    private final GraphServer server;
    /** Where a test may die. */
    private final Runnable between;

    FolderSwap(DataFolder data, GraphServer server, Runnable between) {
        this.data = data;
        this.server = server;
        this.between = between;
    }

    /**
     * Swaps, or ends a swap that was cut off.
     *
     * @param rows of the live database, for whoever swaps back
     * @return from the stop of the server to its start, in milliseconds; 0 when it was swapped before
     */
    long swap(String beside, String kept, Map<String, Long> rows) throws IOException {
        Mandate.require();
        if (isDone(beside, kept)) {
            Files.deleteIfExists(data.markFile(beside));
            server.start();
            return 0;
        }
        if (!isUnderWay(beside, kept)) {
            requireReady(beside, kept);
            Mark next = data.mark(beside).orElseThrow();
            data.mark(
                    kept,
                    new Mark(
                            Stage.KEPT,
                            kept,
                            next.backup(),
                            data.identity(beside).orElseThrow(),
                            rows));
        }
        between.run();
        long begin = System.nanoTime();
        server.stop();
        between.run();
        // The transactions first: the identity is that of the other directory, so it changes last.
        for (int i = 1; i >= 0; i--) {
            Path live = data.folders(data.live()).get(i);
            Path next = data.folders(beside).get(i);
            Path old = data.folders(kept).get(i);
            if (there(next)) {
                if (there(live) && !there(old)) {
                    Mandate.require();
                    data.rename(live, old);
                    between.run();
                }
                if (there(live)) {
                    throw unknown(beside, kept);
                }
                Mandate.require();
                data.rename(next, live);
                between.run();
            }
        }
        if (!isDone(beside, kept)) {
            throw unknown(beside, kept);
        }
        Files.deleteIfExists(data.markFile(beside));
        server.start();
        return Math.max(1, Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }

    /** Takes back a swap that was cut off between two renames, and starts the server where that or a backup had stopped it. */
    void settle(String beside) throws IOException {
        Mandate.require();
        for (String kept : data.marked()) {
            boolean moved = data.folders(kept).stream().anyMatch(FolderSwap::there);
            if (!kept.equals(beside) && moved && isUnderWay(beside, kept) && !isDone(beside, kept)) {
                takeBack(beside, kept);
            }
        }
        if (data.isWhole(data.live())) {
            server.start();
        }
    }

    private void takeBack(String beside, String kept) throws IOException {
        server.stop();
        for (int i = 0; i < 2; i++) {
            Path live = data.folders(data.live()).get(i);
            Path next = data.folders(beside).get(i);
            Path old = data.folders(kept).get(i);
            if (there(old)) {
                if (there(live) && there(next)) {
                    throw unknown(beside, kept);
                }
                Mandate.require();
                if (there(live)) {
                    data.rename(live, next);
                }
                data.rename(old, live);
            }
        }
        Files.deleteIfExists(data.markFile(kept));
    }

    boolean isDone(String beside, String kept) throws IOException {
        Optional<String> live = data.identity(data.live());
        return data.isWhole(data.live())
                && data.isWhole(kept)
                && data.folders(beside).stream().noneMatch(FolderSwap::there)
                && data.mark(kept)
                        .filter(mark -> mark.stage() == Stage.KEPT
                                && live.filter(id -> id.equals(mark.replacedBy()))
                                        .isPresent())
                        .isPresent();
    }

    /** True when a swap of these two has begun: its mark is there, and the copy's identity is the one that it names. */
    boolean isUnderWay(String beside, String kept) throws IOException {
        Optional<Mark> mark = data.mark(kept).filter(each -> each.stage() == Stage.KEPT);
        Optional<String> next = data.identity(beside).or(() -> identityOfLive());
        return mark.isPresent()
                && next.filter(id -> id.equals(mark.get().replacedBy())).isPresent();
    }

    private Optional<String> identityOfLive() {
        return data.outside("be looked at", () -> data.identity(data.live()));
    }

    private void requireReady(String beside, String kept) {
        boolean ready =
                data.mark(beside).filter(mark -> mark.stage() != Stage.LOADING).isPresent() && data.isWhole(beside);
        boolean free = data.folders(kept).stream().noneMatch(FolderSwap::there);
        if (!ready || !free || !data.isWhole(data.live())) {
            throw unknown(beside, kept);
        }
    }

    private Refusal unknown(String beside, String kept) {
        return new Refusal(
                ErrorCode.STORE_SHAPE_UNKNOWN,
                "the databases are not as a swap needs them: '%s' %s, '%s' %s, '%s' %s"
                        .formatted(
                                data.live(),
                                data.isWhole(data.live()) ? "is there" : "is missing or not whole",
                                beside,
                                data.isWhole(beside) ? "is there" : "is no finished copy",
                                kept,
                                data.folders(kept).stream().anyMatch(FolderSwap::there) ? "is there" : "is free"),
                "look at the directories of these names in the server's data directory.");
    }

    private static boolean there(Path folder) {
        return Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    }
}
