package dev.sternway.adapter.neo4j;

import dev.sternway.port.DataStore.TableLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What going back would lose, as far as counts tell: at least this much. */
final class CountLoss {
    private CountLoss() {}

    static List<TableLoss> of(Map<String, Long> live, Map<String, Long> then) {
        TreeSet<String> names = new TreeSet<>(live.keySet());
        names.addAll(then.keySet());
        List<TableLoss> losses = new ArrayList<>();
        long labelled = 0;
        for (String name : names) {
            long now = live.getOrDefault(name, 0L);
            long before = then.getOrDefault(name, 0L);
            long lost = Math.max(0, now - before);
            if (name.startsWith(":")) {
                labelled += lost;
            }
            if (!name.equals(Cypher.NODES)) {
                losses.add(new TableLoss(name, now, before, lost, 0));
            }
        }
        long now = live.getOrDefault(Cypher.NODES, 0L);
        long before = then.getOrDefault(Cypher.NODES, 0L);
        // Nodes without a label, which no other line tells of.
        losses.add(new TableLoss(
                "(nodes; counted only: changed values are not seen)",
                now,
                before,
                Math.max(0, now - before - labelled),
                0));
        return losses;
    }
}
