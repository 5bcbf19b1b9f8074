package dev.sternway.adapter.etcd;

import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a prefix held at one revision.
 *
 * @param items without the leased ones
 * @param leased keys that go away by themselves: they belong to whoever holds the lease, and are left out of everything
 */
record Snapshot(String cluster, long revision, SortedMap<Key, Item> items, Set<Key> leased) {

    SortedMap<Key, String> values() {
        SortedMap<Key, String> values = new TreeMap<>();
        items.forEach((key, item) -> values.put(key, item.value()));
        return values;
    }

    long bytes() {
        return items.values().stream().mapToLong(Item::bytes).sum();
    }
}
