package dev.sternway.port;

import dev.sternway.catalogue.Store;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Finds the technology that a store is kept in. */
@Component
public final class DataStores {
    private final Map<Store.Kind, DataStore> byKind = new EnumMap<>(Store.Kind.class);

    public DataStores(List<DataStore> all) {
        all.forEach(each -> byKind.put(each.kind(), each));
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
