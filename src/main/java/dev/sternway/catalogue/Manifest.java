package dev.sternway.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * The description of a backup set that lies beside its files, signed: for people, for a Sternway that lost its database,
 * and against whoever can write to the backup directory.
 */
final class Manifest {
    static final String FILE = "manifest.json";

    private static final String SET = "backup";
    private static final String KEY = "key";
    private static final String SIGNATURE = "signature";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final Path file;
    private final String setId;

    Manifest(Path directory, String setId) {
        this.file = directory.resolve(setId).resolve(FILE);
        this.setId = setId;
    }

    static byte[] of(BackupSet set, SigningKey key) {
        ObjectNode described = JSON.valueToTree(set);
        ObjectNode whole = JSON.createObjectNode();
        whole.set(SET, described);
        whole.put(KEY, key.id());
        whole.put(SIGNATURE, Base64.getEncoder().encodeToString(key.sign(canonical(described))));
        try {
            return JSON.writeValueAsString(whole).getBytes(StandardCharsets.UTF_8);
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

    /** Refuses a manifest of before there were signatures, unless it is byte by byte what was written. */
    void verifyUnsigned(String sha256) {
        if (!sha256(read()).equals(sha256)) {
            throw altered("is not the one that was written");
        }
    }

    /**
     * Refuses a manifest that nobody trusted has signed, that was changed since, or that says something else than the
     * ledger.
     *
     * @param publicKeys the public half of a trusted key, by its id
     */
    void verify(BackupSet known, Function<String, Optional<String>> publicKeys) {
        JsonNode whole = parse(read());
        JsonNode described = whole.path(SET);
        String key = whole.path(KEY).asText("");
        if (!described.isObject() || key.isEmpty()) {
            throw altered("is not signed");
        }
        String publicKey = publicKeys.apply(key).orElseThrow(() -> wrongKey(key));
        if (!SigningKey.holds(publicKey, canonical(described), signature(whole))) {
            throw altered("was changed after it was signed");
        }
        // Numbers and times of both sides are compared as they are written; what a manifest was too early to say is
        // null.
        if (!canonicalText(withoutNulls(described)).equals(canonicalText(withoutNulls(JSON.valueToTree(known))))) {
            throw new Refusal(
                    ErrorCode.BACKUP_LEDGER_DIFFERS,
                    "manifest '" + file
                            + "' is signed, but sizes, checksums or times are not those that the ledger has of"
                            + " backup '" + setId + "'",
                    "one of the two was changed: find out which, and choose another backup.");
        }
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new Refusal(
                    ErrorCode.BACKUP_MISSING,
                    "the manifest of backup '" + setId + "' is not there: '" + file + "'",
                    "look where the backup's folder went, or choose another backup.");
        } catch (IOException e) {
            throw new Refusal(
                    ErrorCode.BACKUP_UNREADABLE,
                    "the manifest of backup '" + setId + "' cannot be read: '" + file + "'",
                    "let Sternway's user read it, or choose another backup.");
        }
    }

    private JsonNode parse(byte[] content) {
        try {
            JsonNode whole = JSON.readTree(content);
            return whole == null ? JSON.nullNode() : whole;
        } catch (IOException e) {
            throw altered("is no JSON any more");
        }
    }

    private byte[] signature(JsonNode whole) {
        try {
            return Base64.getDecoder().decode(whole.path(SIGNATURE).asText(""));
        } catch (IllegalArgumentException e) {
            throw altered("has a signature that is none");
        }
    }

    private Refusal altered(String fact) {
        return new Refusal(
                ErrorCode.BACKUP_MANIFEST_ALTERED,
                "the manifest of backup '" + setId + "' " + fact + ": '" + file + "'",
                "find out who changed it, and choose another backup.");
    }

    private Refusal wrongKey(String key) {
        return new Refusal(
                ErrorCode.BACKUP_WRONG_KEY,
                "the manifest of backup '" + setId + "' is signed with key '" + key + "', which no Sternway here has: '"
                        + file + "'",
                "find out who signed it; adopt the files anew only when you know where they come from.");
    }

    private static JsonNode withoutNulls(JsonNode node) {
        JsonNode said = node.deepCopy();
        if (said instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
            object.properties().forEach(field -> field.setValue(withoutNulls(field.getValue())));
        } else if (said instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, withoutNulls(array.get(i)));
            }
        }
        return said;
    }

    private static byte[] canonical(JsonNode node) {
        return canonicalText(node).getBytes(StandardCharsets.UTF_8);
    }

    private static String canonicalText(JsonNode node) {
        try {
            return new JsonCanonicalizer(node.toString()).getEncodedString();
        } catch (IOException e) {
            throw new IllegalStateException("JSON that was just read cannot be written", e);
        }
    }
}
