package dev.sternway.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The description of a backup set that lies beside its files, for people and for a Sternway that lost its database. */
final class Manifest {
    static final String FILE = "manifest.json";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final Path file;

    Manifest(Path directory, String setId) {
        this.file = directory.resolve(setId).resolve(FILE);
    }

    static byte[] of(BackupSet set) {
        try {
            return JSON.writeValueAsString(set).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("manifest of backup '" + set.id() + "' cannot be written", e);
        }
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whole or not at all: written aside, flushed to the disk, then renamed. */
    void write(byte[] content) {
        Path partial = file.resolveSibling(FILE + ".partial");
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(ByteBuffer.wrap(content));
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("manifest '" + file + "' cannot be written", e);
        }
    }

    void verify(String setId, String sha256) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Refusal(
                    ErrorCode.BACKUP_MISSING,
                    "the manifest of backup '" + setId + "' cannot be read: '" + file + "'",
                    "look where the backup's folder went, or choose another backup.");
        }
        if (!sha256(content).equals(sha256)) {
            throw new Refusal(
                    ErrorCode.BACKUP_ALTERED,
                    "the manifest of backup '" + setId + "' is not the one that was written: '" + file + "'",
                    "find out who changed it, and choose another backup.");
        }
    }
}
