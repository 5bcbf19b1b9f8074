package dev.sternway.sandbox.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The bases made of this machine's own binaries: a JRE, a PostgreSQL server with its tools, and busybox alone. */
final class BaseImages {
    private static final Path BUSYBOX = Path.of("/usr/bin/busybox");
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Path LIBC_USER = Path.of("/bin/ls");
    private static final String JAVA_MODULES = "java.base,java.logging,java.management,java.naming,java.net.http,"
            + "java.security.jgss,java.security.sasl,java.sql,jdk.httpserver";
    private static final int POSTGRES_UID = 101;

    private BaseImages() {}

    /** The JRE base; made with jlink, about 20 s the first time. */
    static String jre(ImageStore store) throws IOException {
        String recipe =
                "jre 1 " + Files.readString(JAVA_HOME.resolve("release")) + stampOfLibc() + Programs.stamp(BUSYBOX);
        return store.load("sternway-sandbox/jre", recipe, BaseImages::jreFiles);
    }

    /** The PostgreSQL base, from the newest server that Debian's packages put here. */
    static String postgres(ImageStore store) throws IOException {
        Path home = postgresHome();
        String recipe =
                "postgres 1 " + Programs.stamp(home.resolve("bin/postgres")) + stampOfLibc() + Programs.stamp(BUSYBOX);
        return store.load("sternway-sandbox/postgres", recipe, () -> postgresFiles(home));
    }

    /** Busybox and nothing else. */
    static String small(ImageStore store) throws IOException {
        return store.load("sternway-sandbox/small", "small 1 " + Programs.stamp(BUSYBOX), BaseImages::busybox);
    }

    private static String stampOfLibc() {
        StringBuilder stamp = new StringBuilder();
        Programs.libraries(List.of(LIBC_USER))
                .forEach(library -> stamp.append(Programs.stamp(library)).append('\n'));
        return stamp.toString();
    }

    private static FileTree jreFiles() {
        try {
            Path work = Files.createTempDirectory("sandbox-jre");
            Path jre = work.resolve("jre");
            Programs.run(List.of(
                    JAVA_HOME.resolve("bin/jlink").toString(),
                    "--add-modules",
                    JAVA_MODULES,
                    "--strip-java-debug-attributes",
                    "--no-header-files",
                    "--no-man-pages",
                    "--output",
                    jre.toString()));
            // A class data archive: a container then starts in half the time.
            Programs.run(List.of(jre.resolve("bin/java").toString(), "-Xshare:dump"));
            List<Path> binaries = binariesBelow(jre);
            FileTree files = busybox()
                    .tree("/opt/java", jre, file -> true)
                    .files(Programs.libraries(binaries).stream()
                            .filter(library -> !library.startsWith(jre))
                            .toList())
                    .link("/usr/bin/java", "/opt/java/bin/java");
            deleteOnExit(work);
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTree postgresFiles(Path home) {
        List<Path> binaries = new ArrayList<>();
        binaries.addAll(binariesBelow(home.resolve("bin")));
        // The JIT compiler would bring all of LLVM.
        binariesBelow(home.resolve("lib")).stream()
                .filter(file -> !file.getFileName().toString().startsWith("llvmjit"))
                .forEach(binaries::add);
        FileTree files = busybox();
        files.files(binaries).files(Programs.libraries(binaries));
        binariesBelow(home.resolve("bin"))
                .forEach(binary -> files.link("/usr/local/bin/" + binary.getFileName(), binary.toString()));
        Path share = Path.of("/usr/share/postgresql", home.getFileName().toString());
        files.tree(share.toString(), share, file -> !file.startsWith(share.resolve("man")));
        for (String path : List.of("/usr/lib/locale/C.utf8", "/usr/share/zoneinfo/Etc")) {
            files.tree(path, Path.of(path), file -> true);
        }
        files.file("/usr/share/zoneinfo/UTC", Path.of("/usr/share/zoneinfo/UTC"));
        return files.text(
                        "/etc/passwd",
                        "root:x:0:0:root:/root:/bin/sh\npostgres:x:101:101::/var/lib/postgresql:/bin/sh\n")
                .text("/etc/group", "root:x:0:\npostgres:x:101:\n")
                .directory("/var/run/postgresql", 0775, POSTGRES_UID)
                .directory("/var/lib/postgresql", 0755, POSTGRES_UID)
                .directory("/var/lib/postgresql/data", 0700, POSTGRES_UID);
    }

    private static FileTree busybox() {
        FileTree files = new FileTree()
                .file("/bin/busybox", BUSYBOX)
                // None, where it is busybox-static.
                .files(Programs.libraries(List.of(BUSYBOX)))
                .directory("/tmp", 01777, 0)
                .directory("/root", 0700, 0)
                .directory("/proc", 0755, 0)
                .directory("/run", 0755, 0)
                .text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nshop:x:10001:10001::/tmp:/bin/sh\n")
                .text("/etc/group", "root:x:0:\nshop:x:10001:\n")
                .text("/etc/nsswitch.conf", "hosts: files dns\n");
        for (String applet : Programs.run(List.of(BUSYBOX.toString(), "--list")).split("\n")) {
            if (!applet.isBlank() && !applet.equals("busybox")) {
                files.link("/bin/" + applet, "/bin/busybox");
            }
        }
        return files;
    }

    private static Path postgresHome() {
        Path all = Path.of("/usr/lib/postgresql");
        try (Stream<Path> found = Files.isDirectory(all) ? Files.list(all) : Stream.empty()) {
            return found.filter(home -> Files.isExecutable(home.resolve("bin/postgres")))
                    .max(Comparator.comparing(
                            home -> Integer.valueOf(home.getFileName().toString())))
                    .orElseThrow(() -> new IllegalStateException(
                            "no PostgreSQL server in '" + all + "': run src/sandbox/setup.sh postgresql"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> binariesBelow(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile).filter(Programs::isBinary).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files are read only when the image is written: they go when the process ends. */
    private static void deleteOnExit(Path directory) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try (Stream<Path> found = Files.walk(directory)) {
                found.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                System.err.println("'" + directory + "' could not be removed: " + e.getMessage());
            }
        }));
    }
}
