package dev.sternway.adapter.etcd;

import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Makes the live keys those of a copy: writes only what differs, each key guarded by the revision at which it was read, and
 * keeps the keys from before as a copy.
 *
 * <p>Up to {@value #BATCH} differing keys are one transaction: all or nothing. More are several; a swap that was cut off
 * between two of them is known by the live mark, taken back, and done again.
 */
final class KeySwap {
    /** Leaves room for the marks. */
    static final int BATCH = 120;

    private static final int TRIES = 5;

    private final Prefix prefix;
    private final Copies copies;
    private final String store;
    /** Where a test may die, or write. */
    private final Runnable between;

    KeySwap(Prefix prefix, String store, Runnable between) {
        this.prefix = prefix;
        this.copies = new Copies(prefix);
        this.store = store;
        this.between = between;
    }

    /** Does nothing when it was done before. */
    void swap(String beside, String kept) {
        Mandate.require();
        settle();
        LiveMark.Held live = prefix.liveMark();
        Optional<Mark.Held> next = prefix.mark(beside);
        Optional<Mark.Held> before = prefix.mark(kept);
        if (isDone(live.mark(), next, before)) {
            return;
        }
        boolean ready = next.filter(each ->
                        each.mark().phase() == Mark.Phase.LOADED || each.mark().phase() == Mark.Phase.KEPT)
                .isPresent();
        boolean free =
                before.filter(each -> each.mark().phase() != Mark.Phase.KEEPING).isEmpty();
        if (!ready || !free) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "the copies of store '%s' are not as a swap needs them: '%s' %s, '%s' %s"
                            .formatted(
                                    store,
                                    beside,
                                    ready ? "is ready" : "is not a finished copy",
                                    kept,
                                    free ? "is free" : "is there already"),
                    "look at the keys below 'sternway/' in etcd; nothing was touched.");
        }
        apply(live, beside, next.get(), kept, before);
    }

    private static boolean isDone(LiveMark live, Optional<Mark.Held> next, Optional<Mark.Held> before) {
        return next.isEmpty()
                && before.map(Mark.Held::mark)
                        .filter(mark -> mark.phase() == Mark.Phase.KEPT
                                && live.generation().equals(mark.replacedBy()))
                        .isPresent();
    }

    private void apply(LiveMark.Held live, String beside, Mark.Held next, String kept, Optional<Mark.Held> before) {
        SortedMap<Key, String> wanted = whole(beside, next.mark());
        Snapshot seen = prefix.read();
        List<Change> changes = Change.between(seen, wanted);
        requireAsMeasured(next.mark(), seen, wanted, changes);

        SortedMap<Key, String> values = seen.values();
        Mark keeping = new Mark(
                Mark.Phase.KEEPING,
                live.mark().generation(),
                next.mark().backup(),
                next.mark().generation(),
                null,
                values.size(),
                Content.digest(values));
        long keepingAt = copies.write(kept, values, before, keeping, Progress.NONE);
        between.run();

        List<List<Change>> batches = batches(changes);
        long liveAt = live.revision();
        long nextAt = next.revision();
        for (int i = 0; i < batches.size(); i++) {
            boolean first = i == 0;
            boolean last = i == batches.size() - 1;
            Txn txn = new Txn().when(prefix.liveMarkKey(), liveAt).when(prefix.markKey(beside), nextAt);
            batches.get(i).forEach(change -> change.to(txn));
            if (first) {
                txn.when(prefix.markKey(kept), keepingAt)
                        .put(prefix.markKey(kept), Prefix.encoded(keeping.as(Mark.Phase.KEPT)));
            }
            if (last) {
                txn.put(
                                prefix.liveMarkKey(),
                                Prefix.encoded(new LiveMark(next.mark().generation(), null, null)))
                        .delete(prefix.markKey(beside))
                        .deletePrefix(prefix.copyKey(beside));
            } else {
                txn.put(prefix.liveMarkKey(), Prefix.encoded(live.mark().swapping(beside, kept)));
            }
            Mandate.require();
            EtcdClient.Done done = prefix.etcd().commit(txn);
            if (!done.succeeded()) {
                throw undone(batches.get(i), liveAt, kept, keepingAt, first);
            }
            liveAt = done.revision();
            between.run();
        }
        prove(changes, wanted, liveAt);
    }

    private SortedMap<Key, String> whole(String name, Mark mark) {
        SortedMap<Key, String> values = prefix.copy(name);
        if (values.size() != mark.keys() || !Content.digest(values).equals(mark.digest())) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "copy '" + name + "' of store '" + store + "' is not what was written: somebody has changed it",
                    "discard it and load it again; nothing was touched.");
        }
        return values;
    }

    /** People have approved a figure: what was written since is not in it. */
    private void requireAsMeasured(Mark next, Snapshot seen, SortedMap<Key, String> wanted, List<Change> changes) {
        if (next.measured() == null) {
            throw new Refusal(
                    ErrorCode.LOSS_NOT_MEASURED,
                    "the live keys of store '" + store + "' were not compared with the copy",
                    "have the loss measured first; nothing was touched.");
        }
        List<Change> later = changes.stream()
                .filter(change -> change.revision() > next.measured())
                .toList();
        if (!later.isEmpty()) {
            throw changed(later.stream().map(Change::key).toList());
        }
        List<Key> held = seen.leased().stream().filter(wanted::containsKey).toList();
        if (!held.isEmpty()) {
            throw new Refusal(
                    ErrorCode.STORE_IN_USE,
                    "the copy has " + Keys.named(held) + " of store '" + store
                            + "', which live is held by a lease and belongs to its holder",
                    "end what holds it, then retry the task; nothing was touched.");
        }
    }

    private Refusal changed(List<Key> keys) {
        return new Refusal(
                ErrorCode.STORE_CHANGED,
                Keys.named(keys) + " of store '" + store + "' " + (keys.size() == 1 ? "was" : "were")
                        + " written by somebody else after the loss was measured",
                "choose 'this level again', so that the loss is measured and approved anew; nothing was changed.");
    }

    private static List<List<Change>> batches(List<Change> changes) {
        List<List<Change>> batches = new ArrayList<>();
        List<Change> batch = new ArrayList<>();
        long bytes = 0;
        for (Change change : changes) {
            long more = change.key().bytes().length()
                    + (change.wanted() == null ? 0 : change.wanted().length());
            if (batch.size() == BATCH || !batch.isEmpty() && bytes + more > Copies.BYTES) {
                batches.add(batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(change);
            bytes += more;
        }
        // Without any change the marks still have to be set.
        batches.add(batch);
        return batches;
    }

    /** Somebody wrote in between: what was applied is taken back. */
    private RuntimeException undone(List<Change> batch, long liveAt, String kept, long keepingAt, boolean first) {
        if (prefix.liveMark().revision() != liveAt) {
            return new OutsideException("store '" + store + "' is being worked on by somebody else");
        }
        Snapshot now = prefix.read();
        List<Key> theirs = batch.stream()
                .filter(change -> {
                    Item item = now.items().get(change.key());
                    return (item == null ? 0 : item.revision()) != change.revision()
                            || now.leased().contains(change.key());
                })
                .map(Change::key)
                .toList();
        if (theirs.isEmpty()) {
            return new OutsideException("store '" + store + "' is being worked on by somebody else");
        }
        if (first) {
            copies.remove(kept, keepingAt);
        } else {
            settle();
        }
        return changed(theirs);
    }

    /**
     * Takes a swap back that was begun and not ended. What somebody else has written meanwhile stays as it is: a key is
     * touched only while it is as the swap made it.
     */
    void settle() {
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            LiveMark.Held live = prefix.liveMark();
            if (!live.mark().swapping() || takenBack(live)) {
                return;
            }
        }
        throw new OutsideException(
                "store '" + store + "' is being written to so often that a swap cannot be taken back");
    }

    private boolean takenBack(LiveMark.Held live) {
        String beside = live.mark().beside();
        String kept = live.mark().kept();
        Mark.Held next = prefix.mark(beside).orElseThrow(() -> lost(beside));
        Mark.Held before = prefix.mark(kept).orElseThrow(() -> lost(kept));
        SortedMap<Key, String> applied = whole(beside, next.mark());
        SortedMap<Key, String> wanted = whole(kept, before.mark());
        Snapshot seen = prefix.read();
        List<Change> back = Change.between(seen, wanted).stream()
                .filter(change -> !seen.leased().contains(change.key()))
                .filter(change -> {
                    String ours = applied.get(change.key());
                    return change.live() == null
                            ? ours == null
                            : change.live().value().equals(ours);
                })
                .toList();
        long liveAt = live.revision();
        for (List<Change> batch : back.isEmpty() ? List.<List<Change>>of() : batches(back)) {
            Txn txn = new Txn().when(prefix.liveMarkKey(), liveAt);
            batch.forEach(change -> change.to(txn));
            txn.put(prefix.liveMarkKey(), Prefix.encoded(live.mark()));
            Mandate.require();
            EtcdClient.Done done = prefix.etcd().commit(txn);
            if (!done.succeeded()) {
                return false;
            }
            liveAt = done.revision();
            between.run();
        }
        // Where nobody else wrote anything, the figure that was approved still holds.
        Snapshot now = prefix.read();
        Mark measured = next.mark().measuredAt(now.values().equals(wanted) ? now.revision() : null);
        Mandate.require();
        return prefix.etcd()
                .commit(new Txn()
                        .when(prefix.liveMarkKey(), liveAt)
                        .put(prefix.liveMarkKey(), Prefix.encoded(live.mark().still()))
                        .put(prefix.markKey(beside), Prefix.encoded(measured))
                        .delete(prefix.markKey(kept))
                        .deletePrefix(prefix.copyKey(kept)))
                .succeeded();
    }

    private Refusal lost(String name) {
        return new Refusal(
                ErrorCode.STORE_SHAPE_UNKNOWN,
                "a swap of store '" + store + "' was cut off, and its copy '" + name + "' is gone",
                "compare the keys with a backup by hand, then delete '" + prefix.liveMarkKey() + "' in etcd.");
    }

    /** Reads again: every key that differed is as wanted, or was written by somebody after the swap. */
    private void prove(List<Change> changes, SortedMap<Key, String> wanted, long swappedAt) {
        Snapshot now = prefix.read();
        List<Key> wrong = changes.stream()
                .filter(change -> {
                    Item item = now.items().get(change.key());
                    boolean asWanted = item == null
                            ? wanted.get(change.key()) == null
                            : item.value().equals(wanted.get(change.key()));
                    return !asWanted && item != null && item.revision() <= swappedAt;
                })
                .map(Change::key)
                .toList();
        if (!wrong.isEmpty()) {
            throw new OutsideException(
                    "after the swap " + Keys.named(wrong) + " of store '" + store + "' still differ from the copy");
        }
    }
}
