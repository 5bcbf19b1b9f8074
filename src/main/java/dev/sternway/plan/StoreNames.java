package dev.sternway.plan;

import dev.sternway.catalogue.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The names that databases get beside the live one; at most 63 bytes, PostgreSQL's limit. A file's copies are named after
 * it, and stand in its folder.
 */
public final class StoreNames {
    private static final int LIMIT = 63;

    private StoreNames() {}

    /** The copy that is loaded for the incident: {@code shop_next_inc_2026_0001}. */
    public static String beside(Store store, String incidentId) {
        return name(base(store), "_next_", incidentId);
    }

    /** The failed database, kept for the incident: {@code shop_failed_inc_2026_0001}. */
    public static String kept(Store store, String incidentId) {
        return name(base(store), "_failed_", incidentId);
    }

    /** The copy that is restored to prove a backup, for the time of the proof: {@code shop_trial_1a2b3c4d}. */
    public static String trial(Store store, String setId) {
        return name(base(store), "_trial_", hash(setId));
    }

    /** The second copy that shows whether the first is whole, where a technology cannot look at that itself. */
    public static String look(Store store, String incidentId) {
        return name(base(store), "_look_", incidentId);
    }

    private static String base(Store store) {
        String live = store.live();
        if (store.kind().onThisHost()) {
            return live.substring(live.lastIndexOf('/') + 1);
        }
        return store.prefix() == null ? live : live.replaceAll("/+", "_").replaceAll("^_|_$", "");
    }

    private static String name(String database, String middle, String incidentId) {
        String tail = middle + incidentId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        String whole = database + tail;
        if (bytes(whole) <= LIMIT) {
            return whole;
        }
        // Cut names must stay different for different databases.
        String end = "_" + hash(whole) + tail;
        String start = database;
        while (!start.isEmpty() && bytes(start + end) > LIMIT) {
            start = start.substring(0, start.length() - 1);
        }
        if (bytes(start + end) > LIMIT) {
            throw new IllegalArgumentException("incident id '" + incidentId + "' is too long for a database name");
        }
        return start + end;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
