package dev.sternway.sandbox.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Sends alerts at their time, whether those before were answered or not; the time to an answer counts from when the
 * message was due, so that a sender that falls behind hides nothing.
 */
final class Sender {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long HIGHEST = PATIENCE.plusSeconds(30).toNanos() / 1000;

    /**
     * What came of it.
     *
     * @param acknowledged microseconds from when a message was due to its answer
     * @param answers how often each status came; 0 is none in 30 s
     * @param firstDue when the message that opens a system's incident was due
     */
    record Sent(Histogram acknowledged, Map<Integer, Integer> answers, Map<String, Instant> firstDue) {}

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI webhook;
    private final String token;

    Sender(URI sternway, String token) {
        this.webhook = sternway.resolve("/alerts/alertmanager");
        this.token = token;
    }

    Sent send(List<Storm.Message> messages, int perSecond) {
        ConcurrentHistogram acknowledged = new ConcurrentHistogram(HIGHEST, 3);
        Map<Integer, Integer> answers = new TreeMap<>();
        Map<String, Instant> firstDue = new HashMap<>();
        List<CompletableFuture<Void>> open = new ArrayList<>(messages.size());
        Instant startsAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Instant begin = Instant.now();
        long zero = System.nanoTime();
        for (int i = 0; i < messages.size(); i++) {
            Storm.Message message = messages.get(i);
            Duration due = Storm.due(i, perSecond);
            HttpRequest request = request(message.body(startsAt));
            sleepUntil(zero + due.toNanos());
            if (message.first()) {
                firstDue.put(message.system(), begin.plus(due));
            }
            long dueAt = zero + due.toNanos();
            open.add(http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                    .handle((answer, failure) -> {
                        acknowledged.recordValue(Math.min(HIGHEST, (System.nanoTime() - dueAt) / 1000));
                        synchronized (answers) {
                            answers.merge(failure == null ? answer.statusCode() : 0, 1, Integer::sum);
                        }
                        return null;
                    }));
        }
        CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
        return new Sent(acknowledged, answers, firstDue);
    }

    /** Several sendings as one. */
    static Sent together(List<Sent> all) {
        Histogram acknowledged = new Histogram(HIGHEST, 3);
        Map<Integer, Integer> answers = new TreeMap<>();
        Map<String, Instant> firstDue = new HashMap<>();
        for (Sent each : all) {
            acknowledged.add(each.acknowledged);
            each.answers.forEach((status, times) -> answers.merge(status, times, Integer::sum));
            firstDue.putAll(each.firstDue);
        }
        return new Sent(acknowledged, answers, firstDue);
    }

    private HttpRequest request(String body) {
        return HttpRequest.newBuilder(webhook)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static void sleepUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
