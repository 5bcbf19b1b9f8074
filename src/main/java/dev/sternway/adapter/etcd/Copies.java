package dev.sternway.adapter.etcd;

import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Writes and removes copies beside the live keys; who else works on the same name makes it fail. */
final class Copies {
    /** Of one transaction, well below etcd's limit of 1.5 MiB a request. */
    static final long BYTES = 512 << 10;

    private final Prefix prefix;

    Copies(Prefix prefix) {
        this.prefix = prefix;
    }

    /**
     * Writes a copy and reads it back.
     *
     * @param before what has the name now: it is replaced
     * @param mark of the copy while it is not finished
     * @return revision of its mark, which is still the unfinished one
     */
    long write(String name, SortedMap<Key, String> values, Optional<Mark.Held> before, Mark mark, Progress progress) {
        Key markKey = prefix.markKey(name);
        Key copyKey = prefix.copyKey(name);
        long fence = commit(
                name,
                new Txn()
                        .when(markKey, before.map(Mark.Held::revision).orElse(0L))
                        .deletePrefix(copyKey)
                        .put(markKey, Prefix.encoded(mark)));
        Txn batch = new Txn().when(markKey, fence);
        int done = 0;
        for (Map.Entry<Key, String> each : values.entrySet()) {
            batch.put(each.getKey().below(copyKey), each.getValue());
            done++;
            if (batch.operations() == Txn.LIMIT || batch.bytes() >= BYTES || done == values.size()) {
                commit(name, batch);
                progress.report(done * 90 / values.size(), "writing keys");
                batch = new Txn().when(markKey, fence);
            }
        }
        String seen = Content.digest(prefix.copy(name));
        if (!seen.equals(mark.digest())) {
            throw new OutsideException("copy '" + name + "' does not hold what was written to it");
        }
        return fence;
    }

    /** Changes the mark of a copy. */
    void mark(String name, long fence, Mark mark) {
        commit(name, new Txn().when(prefix.markKey(name), fence).put(prefix.markKey(name), Prefix.encoded(mark)));
    }

    /** Removes a copy with its mark. */
    void remove(String name, long fence) {
        commit(
                name,
                new Txn()
                        .when(prefix.markKey(name), fence)
                        .deletePrefix(prefix.copyKey(name))
                        .delete(prefix.markKey(name)));
    }

    private long commit(String name, Txn txn) {
        Mandate.require();
        EtcdClient.Done done = prefix.etcd().commit(txn);
        if (!done.succeeded()) {
            throw new OutsideException("copy '" + name + "' is being worked on by somebody else");
        }
        return done.revision();
    }
}
