package dev.sternway.catalogue;

import java.net.URI;
import java.util.Map;

/**
 * One question whose answer tells whether the system is well; exactly one of http, prometheus and sql is set.
 *
 * @param part the part of the verdict that this check speaks for
 */
public record Check(String id, String title, Part part, HttpProbe http, PrometheusQuery prometheus, SqlQuery sql) {

    /** The five parts of the verdict (S1-19). */
    public enum Part {
        SERVICES_HEALTHY,
        DATA_INTACT,
        CONFIGURATION_CONSISTENT,
        PERFORMANCE_ACCEPTABLE,
        INTEGRATIONS_WORKING
    }

    /**
     * A request whose answer must be as expected.
     *
     * @param method GET by default
     * @param body sent as JSON, or null
     * @param status expected status, 200 by default
     * @param expect JSON pointer to expected text, all must match; empty when the status is enough
     */
    public record HttpProbe(URI url, String method, String body, int status, Map<String, String> expect) {}

    /**
     * A figure that Prometheus computes from samples begun after a step's proof.
     *
     * @param query PromQL with {@code $window} where the range goes, e.g. {@code rate(errors_total[$window])}
     * @param max the greatest good value, or null
     * @param min the least good value, or null
     * @param traffic PromQL that counts the requests behind the figure, with {@code $window}; null when always enough
     * @param minimumTraffic fewer requests than this make the answer unknown, not good
     */
    public record PrometheusQuery(String query, Double max, Double min, String traffic, double minimumTraffic) {}

    /**
     * A query on a store.
     *
     * @param store the store's id
     * @param query gives one value
     * @param expect the good value as text
     */
    public record SqlQuery(String store, String query, String expect) {}
}
