package dev.sternway.adapter.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Backups of a prefix: one JSON object a line, a head, the keys in order, an end with their number and digest, compressed by
 * gzip. Without the end it is not whole, wherever it was cut.
 */
final class Backups {
    private static final String FORMAT = "sternway-etcd";
    /** What this Sternway writes, and the newest that it reads. */
    private static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String systemId;
    private final String storeId;
    private final Key prefix;

    Backups(String systemId, String storeId, Key prefix) {
        this.systemId = systemId;
        this.storeId = storeId;
        this.prefix = prefix;
    }

    /** Writes the file, whole or not at all, readable for its owner alone: values may be secrets. */
    Path write(Snapshot snapshot, String serverVersion, Path directory) throws IOException {
        Path target = directory.resolve(storeId + ".etcd.gz");
        Path partial = directory.resolve(target.getFileName() + ".partial");
        Files.createDirectories(directory);
        Files.deleteIfExists(partial);
        Set<StandardOpenOption> how = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(
                partial, how, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            OutputStream plain = Channels.newOutputStream(channel);
            GZIPOutputStream gzip = new GZIPOutputStream(plain);
            BufferedWriter out = new BufferedWriter(new OutputStreamWriter(gzip, StandardCharsets.UTF_8));
            line(
                    out,
                    object().put("format", FORMAT)
                            .put("version", VERSION)
                            .put("system", systemId)
                            .put("store", storeId)
                            .put("prefix", prefix.base64())
                            .put("cluster", snapshot.cluster())
                            .put("revision", snapshot.revision())
                            .put("server", serverVersion)
                            .put("leasedLeftOut", snapshot.leased().size()));
            SortedMap<Key, String> values = snapshot.values();
            for (Map.Entry<Key, String> each : values.entrySet()) {
                line(out, object().put("key", each.getKey().base64()).put("value", each.getValue()));
            }
            line(out, object().put("keys", values.size()).put("digest", Content.digest(values)));
            out.flush();
            gzip.finish();
            channel.force(true);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
        return target;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static void line(BufferedWriter out, ObjectNode object) throws IOException {
        out.write(object.toString());
        out.write('\n');
    }

    /** What is in a backup that was read to its end. */
    record Read(SortedMap<Key, String> values, String serverVersion, long leasedLeftOut) {}

    /**
     * Reads a backup to its end.
     *
     * @throws dev.sternway.port.Refusal when it is not whole, or not of this store
     */
    Read read(BackupSet.Part part, Path file) {
        if (!part.storeId().equals(storeId)) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    file,
                    "is of store '" + part.storeId() + "', not of '" + storeId + "'");
        }
        try (InputStream plain = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(plain), StandardCharsets.UTF_8))) {
            JsonNode head = next(in, file);
            requireOurs(head, file);
            SortedMap<Key, String> values = new TreeMap<>();
            JsonNode line = next(in, file);
            while (line.has("key")) {
                Key key = Key.ofBase64(line.path("key").asText());
                if (!key.startsWith(prefix) || !values.isEmpty() && key.compareTo(values.lastKey()) <= 0) {
                    throw damaged(file, "has keys outside of its prefix or out of order");
                }
                values.put(key, line.path("value").asText());
                line = next(in, file);
            }
            if (line.path("keys").asInt(-1) != values.size()
                    || !line.path("digest").asText().equals(Content.digest(values))) {
                throw damaged(file, "does not hold what its last line says");
            }
            if (in.readLine() != null) {
                throw damaged(file, "goes on behind its end");
            }
            if (part.rowsKnown() && part.totalRows() != values.size()) {
                throw damaged(file, "holds " + values.size() + " keys, the manifest says " + part.totalRows());
            }
            return new Read(
                    values,
                    head.path("server").asText(),
                    head.path("leasedLeftOut").asLong());
        } catch (EOFException e) {
            throw cut(file);
        } catch (ZipException | IllegalArgumentException e) {
            throw damaged(file, "cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new OutsideException("backup file '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static JsonNode next(BufferedReader in, Path file) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw cut(file);
        }
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw damaged(file, "has a line that is no JSON");
        }
    }

    private void requireOurs(JsonNode head, Path file) {
        if (!FORMAT.equals(head.path("format").asText())) {
            throw damaged(file, "is no backup of etcd's keys");
        }
        if (head.path("version").asInt() > VERSION) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NEWER_SERVER,
                    file,
                    "has format " + head.path("version").asInt() + ", this Sternway reads up to " + VERSION);
        }
        Key theirs = Key.ofBase64(head.path("prefix").asText());
        if (!systemId.equals(head.path("system").asText())
                || !storeId.equals(head.path("store").asText())
                || !prefix.equals(theirs)) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    file,
                    "is of store '" + head.path("store").asText() + "' of system '"
                            + head.path("system").asText() + "' with prefix '" + theirs + "', not of '" + storeId
                            + "' of '" + systemId + "' with '" + prefix + "'");
        }
    }

    private static RuntimeException cut(Path file) {
        return BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, file, "ends before its end");
    }

    private static RuntimeException damaged(Path file, String fact) {
        return BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, file, fact);
    }
}
