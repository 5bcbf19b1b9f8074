package dev.sternway.adapter.files;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** What all stores that are found by a path have in common: copies and kept ones are siblings, swapped by their names. */
public abstract class PathStore implements DataStore {
    /** Room for a copy, and for what is written meanwhile. */
    private static final double ROOM = 1.2;

    /** The file of the store. */
    protected abstract HostFile file(ManagedSystem system, Store store);

    /** What must hold before the store is swapped. */
    protected abstract FileSwap.Users users(HostFile file);

    /** Removes what stands beside the live one, with all that belongs to it; its mark goes last. */
    protected abstract void remove(Path beside) throws IOException;

    @Override
    public final Set<Capability> can(Store store) {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public final List<String> copies(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        return file.outside("be looked at", () -> {
            String prefix = file.live().getFileName() + "_";
            try (Stream<Path> all = Files.list(file.live().getParent())) {
                return all.filter(path -> path.getFileName().toString().startsWith(prefix))
                        .filter(path -> Mark.read(path)
                                .filter(mark -> mark.stage() != Stage.KEPT)
                                .isPresent())
                        .map(path -> path.getFileName().toString())
                        .sorted()
                        .toList();
            }
        });
    }

    @Override
    public final OptionalLong freeBytes(ManagedSystem system, Store store) {
        HostFile file = file(system, store);
        return file.outside(
                "be looked at",
                () -> OptionalLong.of(
                        Files.getFileStore(file.live().getParent()).getUsableSpace()));
    }

    @Override
    public final Shape shape(ManagedSystem system, Store store, String beside, String kept) {
        HostFile file = file(system, store);
        return file.outside(
                "be looked at",
                () -> new Shape(
                        HostFile.identity(file.live()),
                        standing(file, file.beside(beside)),
                        standing(file, file.beside(kept))));
    }

    /** A second name of the live file, which a swap that was cut off left, is no file of its own. */
    private static Optional<String> standing(HostFile file, Path beside) throws IOException {
        Optional<String> live = HostFile.identity(file.live());
        return HostFile.identity(beside)
                .filter(identity -> live.filter(identity::equals).isEmpty());
    }

    @Override
    public final Optional<Aside> aside(ManagedSystem system, Store store, String name) {
        HostFile file = file(system, store);
        Path beside = file.beside(name);
        return file.outside("be looked at", () -> {
            Optional<String> identity = standing(file, beside);
            if (identity.isEmpty() && Files.exists(beside, LinkOption.NOFOLLOW_LINKS) && !sameAsLive(file, beside)) {
                return Optional.of(new Aside(Stage.UNKNOWN, "no plain file", null, null));
            }
            return identity.map(known -> Mark.read(beside)
                    .map(mark -> new Aside(mark.stage(), known, mark.backup(), mark.replacedBy()))
                    .orElse(new Aside(Stage.UNKNOWN, known, null, null)));
        });
    }

    private static boolean sameAsLive(HostFile file, Path beside) throws IOException {
        return Objects.equals(HostFile.identity(beside), HostFile.identity(file.live()));
    }

    @Override
    public final long swap(ManagedSystem system, Store store, String beside, String kept) {
        return swap(file(system, store), beside, kept, () -> {});
    }

    /** @param between called where a crash would leave something half done */
    protected final long swap(HostFile file, String beside, String kept, Runnable between) {
        return file.alone(
                "be swapped",
                () -> new FileSwap(file, users(file), between).swap(file.beside(beside), file.beside(kept)));
    }

    @Override
    public final void settle(ManagedSystem system, Store store, String beside) {
        HostFile file = file(system, store);
        file.alone("be settled", () -> {
            Mandate.require();
            new FileSwap(file, users(file), () -> {}).settle(file.beside(beside));
            return null;
        });
    }

    @Override
    public final void discard(ManagedSystem system, Store store, String name) {
        HostFile file = file(system, store);
        Path beside = file.beside(name);
        file.alone("discard '" + name + "'", () -> {
            boolean marked = Mark.read(beside).isPresent();
            if (!marked && Files.notExists(beside, LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
            if (!marked) {
                throw new Refusal(
                        ErrorCode.STORE_SHAPE_UNKNOWN,
                        "'" + beside + "' was not made by Sternway",
                        "discard only copies and kept ones.");
            }
            Mandate.require();
            remove(beside);
            return null;
        });
    }

    /** True when a finished copy of the part stands there; removes an unfinished one, and refuses what Sternway did not make. */
    protected final boolean isLoaded(BackupSet.Part part, Path copy) throws IOException {
        Optional<Mark> mark = Mark.read(copy);
        boolean there = Files.exists(copy, LinkOption.NOFOLLOW_LINKS);
        if (there
                && mark.filter(each ->
                                each.stage() == Stage.LOADED && part.sha256().equals(each.backup()))
                        .isPresent()) {
            return true;
        }
        if (there && mark.filter(each -> each.stage() != Stage.KEPT).isEmpty()) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "'" + copy + "' is there already and is no copy that Sternway was loading",
                    "look what it holds, then rename or discard it.");
        }
        remove(copy);
        return false;
    }

    /** Why the disk has no room for as many bytes more, if it has not. */
    protected static Optional<String> tooSmall(Path live, long bytes) throws IOException {
        long free = Files.getFileStore(live.getParent()).getUsableSpace();
        return free < bytes * ROOM
                ? Optional.of("the disk of file '" + live + "' has " + free + " bytes left, a copy needs "
                        + (long) (bytes * ROOM))
                : Optional.empty();
    }
}
