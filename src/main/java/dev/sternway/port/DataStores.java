package dev.sternway.port;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Capability;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Finds the technology that a store is kept in. */
@Component
public final class DataStores {
    private final Map<Store.Kind, DataStore> byKind = new EnumMap<>(Store.Kind.class);

    public DataStores(List<DataStore> all) {
        all.forEach(each -> byKind.put(each.kind(), each));
    }

    /** The system's stores with which all of this can be done, in the catalogue's order. */
    public List<Store> able(ManagedSystem system, Set<Capability> wanted) {
        return system.stores().stream()
                .filter(store -> of(store).can(store).containsAll(wanted))
                .toList();
    }

    /** The system's stores that a backup set must hold to be whole. */
    public List<Store> backedUp(ManagedSystem system) {
        return able(system, EnumSet.of(Capability.BACK_UP));
    }

    public DataStore of(Store store) {
        DataStore found = byKind.get(store.kind());
        if (found == null) {
            throw new IllegalStateException("store '" + store.id() + "' is of kind " + store.kind()
                    + ", and nothing here knows that kind; known are " + byKind.keySet());
        }
        return found;
    }
}
