package dev.sternway.adapter.etcd;

import dev.sternway.port.DataStore.TableLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** What going back would lose, key by key; the keys are named, their values never shown. */
final class KeyLoss {
    /** More differing keys than anybody reads are one line. */
    private static final int NAMED = 200;

    private KeyLoss() {}

    static List<TableLoss> of(Snapshot live, SortedMap<Key, String> wanted) {
        List<Change> changes = Change.between(live, wanted);
        List<TableLoss> losses = new ArrayList<>();
        changes.stream().limit(NAMED).map(KeyLoss::of).forEach(losses::add);
        if (changes.size() > NAMED) {
            losses.add(sum(changes.subList(NAMED, changes.size()).stream()
                    .map(KeyLoss::of)
                    .toList()));
        }
        long differing =
                changes.stream().filter(change -> change.live() != null).count();
        long same = live.items().size() - differing;
        losses.add(new TableLoss("(keys that are the same)", same, same, 0, 0));
        if (!live.leased().isEmpty()) {
            losses.add(new TableLoss(
                    "(keys held by leases, left as they are)", live.leased().size(), 0, 0, 0));
        }
        return losses;
    }

    private static TableLoss of(Change change) {
        boolean here = change.live() != null;
        boolean there = change.wanted() != null;
        return new TableLoss(
                change.key().shown(), here ? 1 : 0, there ? 1 : 0, here && !there ? 1 : 0, here && there ? 1 : 0);
    }

    private static TableLoss sum(List<TableLoss> losses) {
        return new TableLoss(
                "(" + losses.size() + " more keys that differ)",
                losses.stream().mapToLong(TableLoss::live).sum(),
                losses.stream().mapToLong(TableLoss::backup).sum(),
                losses.stream().mapToLong(TableLoss::onlyLive).sum(),
                losses.stream().mapToLong(TableLoss::changed).sum());
    }
}
