package dev.sternway.adapter.settings;

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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A file of settings on this host, good first, then as a bad release left it. */
final class SettingsWorld {
    static final String CANARY = "swordfish-7391";
    static final String GOOD_ENV = """
            # how many, see the wiki
            POOL_SIZE=20
            DB_PASSWORD='%s'
            FEATURE=on
            """.formatted(CANARY);
    static final String GOOD_JSON = """
            {"limits": {"pool_size": 20, "max_connections": 100}, "token": "%s", "hosts": ["a", "b"]}
            """.formatted(CANARY);
    static final String GOOD_YAML = """
            limits: # see the wiki
              pool_size: 20
              max_connections: 100
            token: %s
            """.formatted(CANARY);

    final Path folder;
    final Path live;
    final Path backups;
    final Store store;
    final ManagedSystem system;
    final SettingsDataStore data = new SettingsDataStore();

    SettingsWorld(Path root, String name, String content) {
        this(root, name, content, null);
    }

    SettingsWorld(Path root, String name, String content, Path schema) {
        folder = root.resolve("etc");
        live = folder.resolve(name);
        backups = root.resolve("backups");
        store = new Store(
                "settings",
                Store.Kind.SETTINGS,
                Store.Holds.CONFIGURATION,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                false,
                live.toString(),
                null,
                schema == null ? null : schema.toString(),
                Store.Reload.RESTART);
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
            Files.createDirectories(folder);
            Files.createDirectories(backups);
            write(content);
            Files.setPosixFilePermissions(live, PosixFilePermissions.fromString("rw-r-----"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String content) {
        try {
            Files.writeString(live, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String beside() {
        return live.getFileName() + "_next_inc_2026_0001";
    }

    String kept() {
        return live.getFileName() + "_failed_inc_2026_0001";
    }

    Part backUp() {
        Part part = data.backUp(system, store, backups, Progress.NONE);
        data.verify(system, store, part, backups);
        return part;
    }

    void load(Part part) {
        data.loadBeside(system, store, part, backups, beside(), Progress.NONE);
    }

    String fingerprint() {
        try (var all = Files.list(folder)) {
            return BackupFile.sha256(live)
                    + Files.readAttributes(live, "unix:ino,mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS)
                    + all.map(path -> path.getFileName().toString())
                            .filter(name -> !name.endsWith("-lock"))
                            .sorted()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
