package dev.sternway.adapter.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.port.OutsideException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The keys of one store, and what Sternway keeps beside them in the same etcd, where every node finds it: copies of all keys,
 * and a mark for each.
 *
 * <p>Below {@code sternway/}, then the store's prefix in percent code: {@code live}, {@code mark/NAME} and
 * {@code copy/NAME/KEY}.
 */
final class Prefix {
    /** Compaction may take away the revision of a read that is not over. */
    private static final int READS = 3;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EtcdClient etcd;
    private final Key live;
    private final String folder;

    Prefix(EtcdClient etcd, String prefix, String aside) {
        this.etcd = etcd;
        this.live = Key.of(prefix);
        this.folder = aside + URLEncoder.encode(prefix, StandardCharsets.UTF_8) + "/";
    }

    EtcdClient etcd() {
        return etcd;
    }

    Key live() {
        return live;
    }

    Key liveMarkKey() {
        return Key.of(folder + "live");
    }

    Key markKey(String name) {
        return Key.of(folder + "mark/" + checked(name));
    }

    Key copyKey(String name) {
        return Key.of(folder + "copy/" + checked(name) + "/");
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' cannot be used as the name of a copy here");
        }
        return name;
    }

    /** The live keys, all at one revision. */
    Snapshot read() {
        for (int attempt = 1; ; attempt++) {
            try {
                return snapshot(etcd.prefix(live));
            } catch (EtcdClient.Refused e) {
                if (!e.isCompacted() || attempt == READS) {
                    throw e;
                }
            }
        }
    }

    private static Snapshot snapshot(EtcdClient.Range range) {
        SortedMap<Key, Item> items = new TreeMap<>();
        Set<Key> leased = new HashSet<>();
        for (Item item : range.items()) {
            if (item.leased()) {
                leased.add(item.key());
            } else {
                items.put(item.key(), item);
            }
        }
        return new Snapshot(range.cluster(), range.revision(), items, leased);
    }

    /** Keys and values of a copy, under their live names. */
    SortedMap<Key, String> copy(String name) {
        Key copy = copyKey(name);
        SortedMap<Key, String> values = new TreeMap<>();
        etcd.prefix(copy).items().forEach(item -> values.put(item.key().within(copy), item.value()));
        return values;
    }

    LiveMark.Held liveMark() {
        List<Item> found = etcd.key(liveMarkKey()).items();
        return found.isEmpty()
                ? new LiveMark.Held(new LiveMark(LiveMark.FIRST, null, null), 0)
                : new LiveMark.Held(
                        decoded(found.get(0), LiveMark.class), found.get(0).revision());
    }

    Optional<Mark.Held> mark(String name) {
        return etcd.key(markKey(name)).items().stream()
                .findFirst()
                .map(item -> new Mark.Held(decoded(item, Mark.class), item.revision()));
    }

    /** All marks by their names. */
    Map<String, Mark> marks() {
        Key marks = Key.of(folder + "mark/");
        Map<String, Mark> all = new TreeMap<>();
        etcd.prefix(marks)
                .items()
                .forEach(item -> all.put(item.key().within(marks).shown(), decoded(item, Mark.class)));
        return all;
    }

    private static <T> T decoded(Item item, Class<T> type) {
        try {
            return JSON.readValue(Base64.getDecoder().decode(item.value()), type);
        } catch (java.io.IOException e) {
            throw new OutsideException("key '" + item.key() + "' of Sternway's own cannot be read", e);
        }
    }

    static String encoded(Object mark) {
        try {
            return Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(mark));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
