package dev.sternway.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A ledger that remembers for as long as a test runs; it chains and cleans as the real one does. */
public final class MemoryLedger extends Ledger {
    private final List<Evidence> all = new ArrayList<>();

    @Override
    public synchronized Evidence append(Entry entry) {
        Evidence evidence = link(entry, headOf(entry.incidentId()));
        all.add(evidence);
        return evidence;
    }

    @Override
    public synchronized List<Evidence> of(String incidentId) {
        return all.stream().filter(each -> each.incidentId().equals(incidentId)).toList();
    }

    /** The entries of all incidents, oldest first. */
    public synchronized List<Evidence> all() {
        return List.copyOf(all);
    }

    @Override
    public Optional<Chain.Head> head(String incidentId) {
        return Optional.of(headOf(incidentId)).filter(head -> head.entries() > 0);
    }

    @Override
    public Optional<String> firstBreak(String incidentId) {
        return Chain.firstBreak(of(incidentId), headOf(incidentId));
    }

    private Chain.Head headOf(String incidentId) {
        List<Evidence> entries = of(incidentId);
        return entries.isEmpty()
                ? new Chain.Head(0, Chain.START)
                : new Chain.Head(entries.size(), entries.get(entries.size() - 1).hash());
    }
}
