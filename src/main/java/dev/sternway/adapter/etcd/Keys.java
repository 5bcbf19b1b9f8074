package dev.sternway.adapter.etcd;

import java.util.Collection;
import java.util.stream.Collectors;

/** Some keys as people read them; never their values. */
final class Keys {
    private static final int SHOWN = 5;

    private Keys() {}

    static String named(Collection<Key> keys) {
        String some =
                keys.stream().limit(SHOWN).map(key -> "'" + key.shown() + "'").collect(Collectors.joining(", "));
        return keys.size() <= SHOWN ? some : some + " and " + (keys.size() - SHOWN) + " more";
    }
}
