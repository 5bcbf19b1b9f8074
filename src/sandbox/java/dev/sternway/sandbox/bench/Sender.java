package dev.sternway.sandbox.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Sends alerts at their time, whether those before were answered or not; the time to an answer counts from when the
 * message was due, so that a sender that falls behind hides nothing.
 *
 * <p>One thread and as many kept connections as are needed at once: it shares the machine with what it measures.
 */
final class Sender {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final long HIGHEST = PATIENCE.plusSeconds(30).toNanos() / 1000;

    /**
     * What came of it.
     *
     * @param acknowledged microseconds from when a message was due to its answer
     * @param answers how often each status came; 0 is none in 30 s
     * @param firstDue when the message that opens a system's incident was due
     */
    record Sent(Histogram acknowledged, Map<Integer, Integer> answers, Map<String, Instant> firstDue) {}

    private final InetSocketAddress address;
    private final String head;

    Sender(URI sternway, String token) {
        this.address = new InetSocketAddress(sternway.getHost(), sternway.getPort());
        this.head = "POST /alerts/alertmanager HTTP/1.1\r\nHost: " + sternway.getAuthority()
                + "\r\nAuthorization: Bearer " + token + "\r\nContent-Type: application/json\r\nContent-Length: ";
    }

    Sent send(List<Storm.Message> messages, int perSecond) {
        Instant startsAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<byte[]> requests = messages.stream()
                .map(message -> request(message.body(startsAt)))
                .toList();
        Map<String, Instant> firstDue = new HashMap<>();
        Instant begin = Instant.now();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).first()) {
                firstDue.put(messages.get(i).system(), begin.plus(Storm.due(i, perSecond)));
            }
        }
        try (Run run = new Run(requests, perSecond)) {
            run.toTheEnd();
            return new Sent(run.acknowledged, run.answers, firstDue);
        } catch (IOException e) {
            throw new UncheckedIOException("alerts cannot be sent", e);
        }
    }

    private byte[] request(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return (head + bytes.length + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8);
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

    /** One sending: its connections, and what came back so far. */
    private final class Run implements AutoCloseable {
        private final List<byte[]> requests;
        private final int perSecond;
        private final Selector selector = Selector.open();
        private final Deque<Connection> idle = new ArrayDeque<>();
        private final List<Connection> all = new ArrayList<>();
        private final Histogram acknowledged = new Histogram(HIGHEST, 3);
        private final Map<Integer, Integer> answers = new TreeMap<>();
        private final long zero = System.nanoTime();
        private long lastLook = zero;
        private int begun;
        private int ended;

        Run(List<byte[]> requests, int perSecond) throws IOException {
            this.requests = requests;
            this.perSecond = perSecond;
        }

        private long due(int index) {
            return zero + Storm.due(index, perSecond).toNanos();
        }

        void toTheEnd() throws IOException {
            while (ended < requests.size()) {
                while (begun < requests.size() && due(begun) <= System.nanoTime()) {
                    begin(begun++);
                }
                long wait = begun < requests.size()
                        ? TimeUnit.NANOSECONDS.toMillis(due(begun) - System.nanoTime())
                        : TimeUnit.SECONDS.toMillis(1);
                if (wait > 0) {
                    selector.select(wait);
                } else {
                    selector.selectNow();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    goOn((Connection) key.attachment());
                }
                selector.selectedKeys().clear();
                giveUpLate();
            }
        }

        private void begin(int index) {
            Connection kept = idle.pollLast();
            try {
                (kept == null ? open() : kept).begin(index, ByteBuffer.wrap(requests.get(index)));
            } catch (IOException e) {
                if (kept == null) {
                    answered(index, 0);
                    return;
                }
                // The server has closed the connection that was kept: that is no answer.
                kept.close();
                begin(index);
            }
        }

        private Connection open() throws IOException {
            Connection connection = new Connection(selector, address);
            all.add(connection);
            return connection;
        }

        private void goOn(Connection connection) {
            try {
                connection.goOn();
                if (connection.isAnswered()) {
                    answered(connection.message(), connection.status());
                    if (connection.isKept()) {
                        idle.addLast(connection.free());
                    } else {
                        drop(connection);
                    }
                }
            } catch (IOException e) {
                int open = connection.message();
                drop(connection);
                if (open >= 0) {
                    answered(open, 0);
                }
            }
        }

        private void drop(Connection connection) {
            connection.close();
            idle.remove(connection);
            all.remove(connection);
        }

        private void giveUpLate() {
            long now = System.nanoTime();
            if (now - lastLook < LOOK_EVERY.toNanos()) {
                return;
            }
            lastLook = now;
            for (Connection each : List.copyOf(all)) {
                if (each.message() >= 0 && now - due(each.message()) > PATIENCE.toNanos()) {
                    answered(each.message(), 0);
                    drop(each);
                }
            }
        }

        private void answered(int index, int status) {
            acknowledged.recordValue(Math.min(HIGHEST, (System.nanoTime() - due(index)) / 1000));
            answers.merge(status, 1, Integer::sum);
            ended++;
        }

        @Override
        public void close() throws IOException {
            all.forEach(Connection::close);
            selector.close();
        }
    }
}
