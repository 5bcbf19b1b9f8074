package dev.sternway.sandbox;

/**
 * What the sandbox calls its parts, so that several sandboxes live on one engine.
 *
 * @param prefix before every name, for example {@code t1-}; empty for the demo's
 */
public record Names(String prefix) {
    /** Carried by everything that a sandbox makes, with the instance as its value. */
    public static final String LABEL = "example.shop.sandbox";

    public Names {
        if (!prefix.matches("([a-z][a-z0-9]*-)*")) {
            throw new IllegalArgumentException("a prefix is like 't1-', got '" + prefix + "'");
        }
    }

    public String instance() {
        return prefix.isEmpty() ? "sandbox" : prefix.substring(0, prefix.length() - 1);
    }

    public String web() {
        return prefix + "shop-web";
    }

    public String api() {
        return prefix + "shop-api";
    }

    public String database() {
        return prefix + "shop-db";
    }

    public String network() {
        return prefix + "sternway-sandbox";
    }

    public String dataVolume() {
        return prefix + "shop-data";
    }

    public String secretsVolume() {
        return prefix + "shop-secrets";
    }
}
