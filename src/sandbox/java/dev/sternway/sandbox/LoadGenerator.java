package dev.sternway.sandbox;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Steady traffic through the shop's front: requests are sent at their time, whether the ones before were answered or
 * not, and at most so many at once. Every second request writes an order.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final int AT_ONCE = 100;
    private static final int PRODUCTS = 6000;

    /**
     * Counts since the start.
     *
     * @param sent requests begun
     * @param failed no answer in 3 s, an answer that is not 200, or no room for one more request
     * @param orders orders that the shop said were written
     */
    public record Counts(long sent, long failed, long orders) {
        /** Share of failures between an earlier look and this one, 0 to 1. */
        public double errorShareSince(Counts earlier) {
            long requests = sent - earlier.sent;
            return requests == 0 ? 0 : (double) (failed - earlier.failed) / requests;
        }
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sandbox-load");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong orders = new AtomicLong();
    private final URI web;

    /** @param web address of the shop's front */
    LoadGenerator(URI web, int requestsPerSecond) {
        this.web = web;
        clock.scheduleAtFixedRate(this::send, 0, 1_000_000_000L / requestsPerSecond, TimeUnit.NANOSECONDS);
    }

    private void send() {
        long number = sent.incrementAndGet();
        if (!room.tryAcquire()) {
            failed.incrementAndGet();
            return;
        }
        boolean order = number % 2 == 0;
        client.sendAsync(order ? order(number) : quote(number), HttpResponse.BodyHandlers.ofString())
                .whenComplete((answer, failure) -> {
                    room.release();
                    if (failure != null || answer.statusCode() != 200) {
                        failed.incrementAndGet();
                    } else if (order) {
                        orders.incrementAndGet();
                    }
                });
    }

    private HttpRequest quote(long number) {
        return request("/api/quotes?product=" + product(number)).GET().build();
    }

    private HttpRequest order(long number) {
        String body = "{\"product\":" + product(number) + ",\"quantity\":" + (1 + number % 3) + "}";
        return request("/api/orders")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(web.resolve(path)).timeout(Duration.ofSeconds(3));
    }

    private static long product(long number) {
        return 1 + number * 31 % PRODUCTS;
    }

    public Counts counts() {
        return new Counts(sent.get(), failed.get(), orders.get());
    }

    /** Stops and waits until the last requests are answered. */
    @Override
    public void close() {
        clock.shutdownNow();
        try {
            clock.awaitTermination(1, TimeUnit.SECONDS);
            room.tryAcquire(AT_ONCE, 4, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
