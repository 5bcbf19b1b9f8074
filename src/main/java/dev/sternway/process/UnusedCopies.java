package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.util.EnumSet;
import org.springframework.stereotype.Component;

/** Throws away the copies that a rollback loaded beside and never made live; a database that was live is never touched. */
@Component
class UnusedCopies {
    private final Catalogue catalogue;
    private final DataStores dataStores;
    private final Ledger ledger;

    UnusedCopies(Catalogue catalogue, DataStores dataStores, Ledger ledger) {
        this.catalogue = catalogue;
        this.dataStores = dataStores;
        this.ledger = ledger;
    }

    /** One that cannot be thrown away is named in the ledger and does not hold up the end of the rollback. */
    void discard(String incidentId, String systemId) {
        ManagedSystem system = catalogue.find(systemId);
        for (Store store : dataStores.able(system, EnumSet.of(Capability.DISCARD))) {
            discard(incidentId, system, store, StoreNames.beside(store, incidentId));
            discard(incidentId, system, store, StoreNames.look(store, incidentId));
        }
    }

    private void discard(String incidentId, ManagedSystem system, Store store, String copy) {
        try {
            if (discarded(system, store, copy)) {
                write(incidentId, store, system.id(), copy, "discarded", Evidence.Outcome.PROVED);
            }
        } catch (OutsideException | Refusal failure) {
            write(incidentId, store, system.id(), copy, failure.getMessage(), Evidence.Outcome.FAILED);
        }
    }

    private boolean discarded(ManagedSystem system, Store store, String copy) {
        DataStore data = dataStores.of(store);
        boolean unused = data.aside(system, store, copy)
                .filter(found -> found.stage() == Stage.LOADED || found.stage() == Stage.LOADING)
                .isPresent();
        if (unused) {
            data.discard(system, store, copy);
        }
        return unused;
    }

    private void write(
            String incidentId, Store store, String systemId, String copy, String seen, Evidence.Outcome outcome) {
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "discardCopy",
                        "copy '" + copy + "', which was never live, is gone",
                        seen,
                        outcome)
                .of(systemId, null, null)
                .on(store.id()));
    }
}
