package dev.sternway.step;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.Mandate;
import dev.sternway.port.RowSalvage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Brings rows back in memory, with transactions whose fate a test decides. */
public final class FakeRowSalvage implements RowSalvage {
    /** What was committed or not, by transaction. */
    public final Map<String, Fate> fates = new LinkedHashMap<>();

    /** What was written into the live database. */
    public final List<String> live = new ArrayList<>();

    public List<Found> found = new ArrayList<>(List.of(
            new Found("public.orders", 2, 1, 0, 0, List.of(), List.of(), null),
            new Found("public.notes", 4, 0, 0, 0, List.of(), List.of(), "it has no primary key")));

    /** Called between what is written down and the commit. */
    public Runnable beforeCommit = () -> {};

    private int number;

    @Override
    public List<Found> find(ManagedSystem system, Store store, String kept, Progress progress) {
        return List.copyOf(found);
    }

    @Override
    public Applied apply(
            ManagedSystem system, Store store, String kept, Choice choice, Journal journal, Progress progress) {
        String transaction = String.valueOf(++number);
        fates.put(transaction, Fate.ABORTED);
        journal.keep(
                transaction,
                List.of(new RowShape("public.orders", List.of("id"), List.of("id", "price"))),
                consumer -> {
                    consumer.accept(new Written("public.orders", List.of("4"), null, "hash4"));
                    consumer.accept(new Written("public.orders", List.of("5"), null, "hash5"));
                });
        beforeCommit.run();
        Mandate.require();
        fates.put(transaction, Fate.COMMITTED);
        choice.tables().forEach(table -> live.add(table + (choice.onlyMissing() ? " missing" : " all")));
        return new Applied(Map.of("public.orders", 2L), Map.of(), Map.of("public.orders", 1L));
    }

    @Override
    public Fate fate(ManagedSystem system, Store store, String transaction) {
        return fates.getOrDefault(transaction, Fate.FORGOTTEN);
    }

    @Override
    public long undo(
            ManagedSystem system,
            Store store,
            List<RowShape> shapes,
            WrittenRows rows,
            Consumer<String> transaction,
            Progress progress) {
        String name = String.valueOf(++number);
        fates.put(name, Fate.ABORTED);
        List<Written> all = new ArrayList<>();
        rows.each(all::add);
        transaction.accept(name);
        beforeCommit.run();
        fates.put(name, Fate.COMMITTED);
        live.clear();
        return all.size();
    }
}
