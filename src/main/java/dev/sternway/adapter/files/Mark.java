package dev.sternway.adapter.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.port.DataStore.Stage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What Sternway notes about a file that it put beside the live one, in a small file next to it: what it
 * tells of stays as it is.
 *
 * @param backup checksum of the backup that the copy, or the kept one's successor, was loaded from
 * @param replacedBy identity of the file that a swap made live in its place, null unless kept
 */
public record Mark(Stage stage, String backup, String replacedBy) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".sternway";

    public static Path of(Path file) {
        return file.resolveSibling(file.getFileName() + SUFFIX);
    }

    /** Empty when there is none, or none that can be read: then nobody knows what the file is. */
    public static Optional<Mark> read(Path file) {
        Path mark = of(file);
        if (!Files.isRegularFile(mark, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(mark), Mark.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Visible when it is whole and on the disk. */
    public void write(Path file) throws IOException {
        Path mark = of(file);
        Path partial = mark.resolveSibling(mark.getFileName() + ".partial");
        try (FileChannel channel = FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS)) {
            channel.write(StandardCharsets.UTF_8.encode(JSON.writeValueAsString(this)));
            channel.force(true);
        }
        Files.move(partial, mark, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(file);
    }

    public static void remove(Path file) throws IOException {
        Files.deleteIfExists(of(file));
        syncFolder(file);
    }

    /** Names are on the disk when their folder is. */
    public static void syncFolder(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
