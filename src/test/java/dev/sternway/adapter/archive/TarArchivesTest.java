package dev.sternway.adapter.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configuration, lock files and artefacts of a snapshot in one archive (S3-01). */
@Tag("S3-01")
class TarArchivesTest {

    @TempDir
    Path folder;

    @Test
    void packsFoldersFilesAndLinksWithTheirRights() throws IOException {
        Path conf = Files.createDirectory(folder.resolve("conf"));
        Path run = Files.writeString(conf.resolve("run.sh"), "true");
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(conf.resolve("link"), Path.of("run.sh"));
        Path lock = Files.writeString(folder.resolve("lock.json"), "{}");
        Path target = folder.resolve("set/snapshot.tar.gz");

        int files = new TarArchives().pack(List.of(conf, lock), target);

        assertThat(files).isEqualTo(3);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
        Map<String, String> entries = new TreeMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(target)))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String content = entry.isSymbolicLink() ? "-> " + entry.getLinkName() : new String(in.readAllBytes());
                entries.put("/" + entry.getName(), Integer.toOctalString(entry.getMode() & 0777) + " " + content);
            }
        }
        assertThat(entries)
                .containsEntry(run.toString(), "750 true")
                .containsKey(conf + "/")
                .hasEntrySatisfying(conf + "/link", link -> assertThat(link).endsWith("-> run.sh"))
                .hasEntrySatisfying(lock.toString(), file -> assertThat(file).endsWith(" {}"));
    }

    @Test
    void leavesNothingWhenSomethingIsNotThere() throws IOException {
        Path target = folder.resolve("set/snapshot.tar.gz");

        assertThatThrownBy(() -> new TarArchives().pack(List.of(folder.resolve("gone")), target))
                .isInstanceOf(OutsideException.class);

        assertThat(target).doesNotExist();
    }
}
