package dev.sternway.adapter.files;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A directory as an application keeps it: folders, modes, a link within, a name that is not ASCII. */
final class FilesWorld {
    static final String BESIDE = "site_next_inc_2026_0001";
    static final String KEPT = "site_failed_inc_2026_0001";
    private static final Instant THEN = Instant.parse("2026-11-20T10:00:00Z");

    final Path folder;
    final Path live;
    final Path backups;
    final Store store;
    final ManagedSystem system;
    final FilesDataStore data = new FilesDataStore();

    FilesWorld(Path root) {
        this(root, Store.Reload.RESTART);
    }

    FilesWorld(Path root, Store.Reload reload) {
        folder = root.resolve("data");
        live = folder.resolve("site");
        backups = root.resolve("backups");
        store = store("site", live, reload);
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
            Files.createDirectories(live.resolve("assets/fonts"));
            Files.createDirectories(live.resolve("empty"));
            Files.createDirectories(backups);
            Files.writeString(live.resolve("index.html"), "<h1>one</h1>");
            Files.writeString(live.resolve("assets/app.js"), "one();");
            Files.writeString(live.resolve("assets/größe.css"), "body {}");
            Files.write(live.resolve("assets/fonts/a.woff"), new byte[100_000]);
            Files.createSymbolicLink(live.resolve("assets/current"), Path.of("../index.html"));
            Files.setPosixFilePermissions(live.resolve("assets/app.js"), PosixFilePermissions.fromString("rwxr-x---"));
            Files.setLastModifiedTime(live.resolve("index.html"), FileTime.from(THEN));
            Files.setLastModifiedTime(live.resolve("empty"), FileTime.from(THEN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Store store(String id, Path path, Store.Reload reload) {
        return new Store(
                id,
                Store.Kind.FILES,
                Store.Holds.UI,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                false,
                path.toString(),
                null,
                null,
                reload);
    }

    /** What the bad release does: one file changed in place of the same length, one new, one gone. */
    void upgrade() {
        try {
            Files.writeString(live.resolve("index.html"), "<h1>two</h1>");
            Files.writeString(live.resolve("assets/new.js"), "two();");
            Files.delete(live.resolve("assets/größe.css"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    /** Every path with owner, mode, time of last change and content; of links, what they say. */
    static String content(Path root) {
        try (var all = Files.walk(root)) {
            StringBuilder text = new StringBuilder();
            for (Path path : all.sorted().toList()) {
                Map<String, Object> of =
                        Files.readAttributes(path, "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
                text.append(root.relativize(path))
                        .append(' ')
                        .append(of.get("mode"))
                        .append(' ')
                        .append(of.get("uid"))
                        .append(' ')
                        .append(of.get("gid"));
                if (Files.isSymbolicLink(path)) {
                    text.append(" -> ").append(Files.readSymbolicLink(path));
                } else {
                    text.append(' ').append(((FileTime) of.get("lastModifiedTime")).toMillis());
                }
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    text.append(' ').append(BackupFile.sha256(path));
                }
                text.append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that stands next to the live one, and the live one by its number. */
    String fingerprint() {
        try {
            return content(live) + Files.getAttribute(live, "unix:ino") + names();
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
