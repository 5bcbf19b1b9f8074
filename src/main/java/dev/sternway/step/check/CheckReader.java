package dev.sternway.step.check;

import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStores;
import dev.sternway.port.HttpProbes;
import dev.sternway.port.Metrics;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.step.check.Reading.Answer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.springframework.stereotype.Component;

/** Asks one check once: a dead system fails it, a dead instrument leaves it unknown. */
@Component
class CheckReader {
    private final HttpProbes http;
    private final Metrics metrics;
    private final DataStores dataStores;

    CheckReader(HttpProbes http, Metrics metrics, DataStores dataStores) {
        this.http = http;
        this.metrics = metrics;
        this.dataStores = dataStores;
    }

    /** @param range how far back samples count */
    Reading read(ManagedSystem system, Check check, Duration range) {
        if (check.http() != null) {
            return probe(check, check.http());
        }
        if (check.sql() != null) {
            return query(system, check, check.sql());
        }
        return measure(system, check, check.prometheus(), range);
    }

    private Reading probe(Check check, Check.HttpProbe probe) {
        String wanted = HttpExpectation.wanted(probe);
        try {
            HttpProbes.Answer answer = http.send(probe);
            Answer verdict = HttpExpectation.met(probe, answer) ? Answer.PASS : Answer.FAIL;
            return new Reading(check, verdict, wanted, HttpExpectation.seen(probe, answer));
        } catch (OutsideException e) {
            return new Reading(check, Answer.FAIL, wanted, e.getMessage());
        }
    }

    private Reading query(ManagedSystem system, Check check, Check.SqlQuery query) {
        String wanted = "'" + query.expect() + "' from: " + query.query();
        Store store = system.store(query.store());
        try {
            String value = dataStores.of(store).query(system, store, query.query());
            Answer verdict = Objects.equals(value, query.expect()) ? Answer.PASS : Answer.FAIL;
            return new Reading(check, verdict, wanted, value == null ? "no value" : "'" + value + "'");
        } catch (OutsideException | Refusal e) {
            return new Reading(check, Answer.UNKNOWN, wanted, e.getMessage());
        }
    }

    private Reading measure(ManagedSystem system, Check check, Check.PrometheusQuery query, Duration range) {
        String wanted = wanted(query);
        if (range.toSeconds() < 1) {
            return new Reading(check, Answer.UNKNOWN, wanted, "no time to measure yet");
        }
        try {
            if (query.traffic() != null) {
                double requests = ask(system, query.traffic(), range).orElse(0);
                if (requests < query.minimumTraffic()) {
                    String seen = "%s requests in %d s, %s are needed"
                            .formatted(figure(Math.floor(requests)), range.toSeconds(), figure(query.minimumTraffic()));
                    return new Reading(check, Answer.UNKNOWN, wanted, seen);
                }
            }
            OptionalDouble value = ask(system, query.query(), range);
            if (value.isEmpty()) {
                return new Reading(check, Answer.UNKNOWN, wanted, "no samples in " + range.toSeconds() + " s");
            }
            boolean good = (query.max() == null || value.getAsDouble() <= query.max())
                    && (query.min() == null || value.getAsDouble() >= query.min());
            String seen = figure(value.getAsDouble()) + " over " + range.toSeconds() + " s";
            return new Reading(check, good ? Answer.PASS : Answer.FAIL, wanted, seen);
        } catch (OutsideException e) {
            return new Reading(check, Answer.UNKNOWN, wanted, e.getMessage());
        }
    }

    private OptionalDouble ask(ManagedSystem system, String promql, Duration range) {
        // Whole seconds, rounded down: a sample from before the proof must not slip in.
        return metrics.query(system.prometheus(), promql.replace("$window", range.toSeconds() + "s"));
    }

    private static String wanted(Check.PrometheusQuery query) {
        String bounds = query.min() == null
                ? "at most " + figure(query.max())
                : query.max() == null
                        ? "at least " + figure(query.min())
                        : "between " + figure(query.min()) + " and " + figure(query.max());
        return query.traffic() == null
                ? bounds
                : bounds + " over at least " + figure(query.minimumTraffic()) + " requests";
    }

    private static String figure(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }
}
