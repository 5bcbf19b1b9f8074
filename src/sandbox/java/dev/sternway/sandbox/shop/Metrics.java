package dev.sternway.sandbox.shop;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests and their durations and shows them as Prometheus reads them. */
final class Metrics {
    private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

    private final String service;
    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanoseconds = new LongAdder();

    Metrics(String service, String... routes) {
        this.service = service;
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
        // Series that begin at zero: otherwise a rate misses the first failures.
        for (String route : routes) {
            counter(route, 200);
            counter(route, 500);
        }
    }

    void record(String route, int status, long duration) {
        counter(route, status).increment();
        nanoseconds.add(duration);
        int bucket = 0;
        while (bucket < BOUNDS.length && duration > BOUNDS[bucket] * 1e9) {
            bucket++;
        }
        buckets[bucket].increment();
    }

    private LongAdder counter(String route, int status) {
        return requests.computeIfAbsent("route=\"" + route + "\",status=\"" + status + "\"", labels -> new LongAdder());
    }

    String text() {
        StringBuilder text = new StringBuilder("# TYPE shop_requests_total counter\n");
        requests.forEach((labels, count) -> text.append("shop_requests_total{service=\"" + service + "\"," + labels)
                .append("} ")
                .append(count.sum())
                .append('\n'));
        text.append("# TYPE shop_request_seconds histogram\n");
        long sum = 0;
        for (int i = 0; i < buckets.length; i++) {
            sum += buckets[i].sum();
            String bound = i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf";
            text.append("shop_request_seconds_bucket{service=\"" + service + "\",le=\"" + bound + "\"} " + sum + "\n");
        }
        text.append("shop_request_seconds_count{service=\"" + service + "\"} " + sum + "\n");
        text.append(String.format(
                Locale.ROOT, "shop_request_seconds_sum{service=\"%s\"} %.6f%n", service, nanoseconds.sum() / 1e9));
        return text.toString();
    }
}
