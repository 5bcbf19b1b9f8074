package dev.sternway.adapter.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes over what {@code etcdctl get --prefix -w json} or a range request printed; an answer that does not hold all that it
 * counts is refused, above all that of a request without an end, which has one key at most.
 */
final class Adoption {
    private static final long LARGEST = 256L << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Adoption() {}

    static Snapshot read(Path source, Key prefix) throws IOException {
        if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(source, "is no plain file");
        }
        if (Files.size(source) > LARGEST) {
            throw refused(source, "is larger than " + LARGEST + " bytes");
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(Files.readAllBytes(source));
        } catch (JsonProcessingException e) {
            throw refused(source, "is no JSON, or not whole");
        }
        JsonNode kvs = answer.path("kvs");
        if (!kvs.isArray() || !answer.path("header").has("revision")) {
            throw refused(source, "is no answer of etcd: it has no header and no kvs");
        }
        if (answer.path("more").asBoolean() || answer.path("count").asLong(kvs.size()) != kvs.size()) {
            throw refused(
                    source, "has " + kvs.size() + " of " + answer.path("count").asLong() + " keys");
        }
        SortedMap<Key, Item> items = new TreeMap<>();
        Set<Key> leased = new HashSet<>();
        for (JsonNode each : kvs) {
            Item item = item(source, each);
            if (!item.key().startsWith(prefix)) {
                throw refused(source, "has key '" + item.key() + "', which is not of prefix '" + prefix + "'");
            }
            if (item.leased()) {
                leased.add(item.key());
            } else {
                items.put(item.key(), item);
            }
        }
        if (items.size() == 1 && items.containsKey(prefix)) {
            throw refused(source, "has the key of the prefix alone: it was asked for without a range");
        }
        return new Snapshot(
                answer.path("header").path("cluster_id").asText(),
                answer.path("header").path("revision").asLong(),
                items,
                leased);
    }

    private static Item item(Path source, JsonNode kv) {
        try {
            Item item = EtcdClient.item(kv);
            java.util.Base64.getDecoder().decode(item.value());
            return item;
        } catch (IllegalArgumentException e) {
            throw refused(source, "has a key or value that is not in Base64");
        }
    }

    private static Refusal refused(Path source, String fact) {
        return new Refusal(
                ErrorCode.BACKUP_NOT_ADOPTABLE,
                "'" + source + "' " + fact,
                "choose a file that 'etcdctl get --prefix PREFIX -w json' has written.");
    }
}
