package dev.sternway.port;

import java.net.URI;
import java.util.OptionalDouble;

/** Asks a monitoring system for one figure. */
public interface Metrics {

    /**
     * The one figure that a query gives now; empty when there are no samples, or when they give no number.
     *
     * @param prometheus base address
     * @param promql an instant query that gives a scalar or at most one series
     * @throws OutsideException when nothing answers, the query is refused, or it gives several series
     */
    OptionalDouble query(URI prometheus, String promql);
}
