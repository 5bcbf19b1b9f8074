package dev.sternway.catalogue;

import dev.sternway.catalogue.Store.Holds;
import dev.sternway.catalogue.Store.Kind;
import dev.sternway.catalogue.Store.Reload;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which keys each kind of store needs and which it cannot have, and what paths and prefixes must look like. */
final class StoreRules {
    /** Paths go into addresses and into the names of copies. */
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._-]+)+");

    /** What a release brings and nobody writes: going back loses no data. */
    private static final Set<Kind> MAY_HOLD_OTHERS = EnumSet.of(Kind.FILES, Kind.SETTINGS, Kind.ETCD);

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._/-]+/");

    /** Where Sternway keeps its copies in etcd. */
    private static final String ASIDE = "sternway/";

    /** What a store of the kind must have, and what else it may have; id, kind and holds have all. */
    private record Keys(String words, List<String> needed, Set<String> possible) {}

    private static final Map<Kind, Keys> KEYS = new EnumMap<>(Map.of(
            Kind.POSTGRESQL,
            new Keys(
                    "is on a server",
                    List.of("service", "host", "database", "user", "password"),
                    Set.of("schemaVersion", "oldCodeRuns", "timeColumns")),
            Kind.SQLITE,
            new Keys(
                    "is one file on this host", List.of("path"), Set.of("schemaVersion", "oldCodeRuns", "timeColumns")),
            Kind.FILES,
            new Keys("is a directory or a file on this host", List.of("path"), Set.of("reload")),
            Kind.SETTINGS,
            new Keys("is one file on this host", List.of("path"), Set.of("schema", "reload")),
            Kind.ETCD,
            new Keys(
                    "is the keys with a prefix on a server",
                    List.of("host", "prefix"),
                    Set.of("service", "user", "password", "reload", "ca")),
            Kind.NEO4J,
            new Keys(
                    "is on a server whose data directory is on this host",
                    List.of("service", "host", "database", "user", "password", "path"),
                    Set.of("schemaVersion", "oldCodeRuns")),
            Kind.REDIS,
            new Keys("is on a server and only checked", List.of("host"), Set.of("service", "user", "password"))));

    private final List<String> mistakes;

    StoreRules(List<String> mistakes) {
        this.mistakes = mistakes;
    }

    void look(Store store, String at) {
        Keys keys = KEYS.get(store.kind());
        present(store).forEach((key, value) -> {
            if (value == null && keys.needed().contains(key)) {
                mistakes.add(
                        at + ": must have the key '" + key + "', a store of kind " + store.kind() + " " + keys.words());
            }
            if (value != null
                    && !keys.needed().contains(key)
                    && !keys.possible().contains(key)) {
                mistakes.add(at + "/" + key + ": does not belong to a store of kind " + store.kind() + ", which "
                        + keys.words());
            }
        });
        if (store.path() != null && !isPath(store.path())) {
            mistakes.add(at + "/path: must be an absolute path on this host, of letters, digits and ._-, got '"
                    + store.path() + "'");
        } else if (store.kind() == Kind.SETTINGS && store.path() != null && SettingsFormat.of(store.path()) == null) {
            mistakes.add(at + "/path: must end with .json, .yaml, .yml or .env, so that its format is known, got '"
                    + store.path() + "'");
        }
        if (store.prefix() != null && !PREFIX.matcher(store.prefix()).matches()) {
            mistakes.add(
                    at + "/prefix: must end with '/' and be of letters, digits and ._-/, got '" + store.prefix() + "'");
        }
        if (store.prefix() != null && store.prefix().startsWith(ASIDE)) {
            mistakes.add(at + "/prefix: must not begin with '" + ASIDE + "', where copies of keys are kept, got '"
                    + store.prefix() + "'");
        }
        if (store.user() != null && store.password() == null && !keys.needed().contains("password")) {
            mistakes.add(
                    at + ": must have the key 'password' as well, where that of user '" + store.user() + "' is kept");
        }
        if (store.kind() == Kind.ETCD && store.user() == null && store.password() != null) {
            mistakes.add(at + ": must have the key 'user' as well, whose password that is");
        }
        if (store.holds() != Holds.DATA && !MAY_HOLD_OTHERS.contains(store.kind())) {
            mistakes.add(
                    at + "/holds: a store of kind " + store.kind() + " holds DATA: what is written to it is lost by a"
                            + " restore, and two people must agree to that; got '" + store.holds() + "'");
        }
    }

    /** Null where a key is not there; those with a default are there when they are not the default. */
    private static Map<String, Object> present(Store store) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("service", store.service());
        keys.put("host", store.host());
        keys.put("database", store.database());
        keys.put("user", store.user());
        keys.put("password", store.password());
        keys.put("schemaVersion", store.schemaVersion());
        keys.put("oldCodeRuns", store.oldCodeRuns() ? true : null);
        keys.put("path", store.path());
        keys.put("prefix", store.prefix());
        keys.put("schema", store.schema());
        keys.put("ca", store.ca());
        keys.put("timeColumns", store.timeColumns().isEmpty() ? null : store.timeColumns());
        keys.put("reload", store.reload() == Reload.RESTART ? null : store.reload());
        return keys;
    }

    private static boolean isPath(String path) {
        return PATH.matcher(path).matches()
                && Path.of(path).normalize().toString().equals(path);
    }
}
