package dev.sternway.sandbox.shop;

import java.util.List;
import java.util.ServiceLoader;

/** What one release of the shop does differently from another; exactly one is on the class path of an image. */
public interface Release {

    /** One change of the schema, applied once and written down in {@code schema_history}. */
    record Migration(int version, String title, List<String> statements) {}

    String version();

    /** All migrations that the release knows, oldest first. */
    List<Migration> migrations();

    /** The route that a checkout takes, {@code standard} or {@code express}. */
    String route(boolean expressWanted);

    /**
     * Runs before an order is written.
     *
     * @param number counts the checkouts of this process
     * @throws IllegalStateException when the release's code fails the request
     */
    void beforeCheckout(String route, long number);

    /**
     * Runs before a price is quoted.
     *
     * @param number counts the quotes of this process
     * @throws IllegalStateException when the release's code fails the request
     */
    void beforeQuote(long number);

    /** The one release in this image. */
    static Release installed() {
        return ServiceLoader.load(Release.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no release in this image"));
    }
}
