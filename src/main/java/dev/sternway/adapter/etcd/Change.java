package dev.sternway.adapter.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A key in which the live keys differ from those that are wanted.
 *
 * @param live null when it is not there
 * @param wanted null when it must not be there
 */
record Change(Key key, Item live, String wanted) {

    static List<Change> between(Snapshot live, SortedMap<Key, String> wanted) {
        SortedSet<Key> keys = new TreeSet<>(live.items().keySet());
        keys.addAll(wanted.keySet());
        List<Change> changes = new ArrayList<>();
        for (Key key : keys) {
            Item item = live.items().get(key);
            String value = wanted.get(key);
            if (item == null || !item.value().equals(value)) {
                changes.add(new Change(key, item, value));
            }
        }
        return changes;
    }

    /** Revision of the live key, 0 when it is not there. */
    long revision() {
        return live == null ? 0 : live.revision();
    }

    /** Adds the change to a transaction that fails when the key is not as it was seen. */
    void to(Txn txn) {
        txn.when(key, revision());
        if (wanted == null) {
            txn.delete(key);
        } else {
            txn.put(key, wanted);
        }
    }

    static String named(List<Change> changes) {
        return Keys.named(changes.stream().map(Change::key).toList());
    }
}
