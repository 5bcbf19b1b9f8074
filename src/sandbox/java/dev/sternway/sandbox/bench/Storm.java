package dev.sternway.sandbox.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What a storm of alerts sends, in order: of all messages 30 % are exact repeats, 10 % say that an alert is resolved before
 * its firing comes, and 5 % come later than they should. The first firing of every system is neither.
 *
 * @param messages in the order in which they are sent
 */
record Storm(List<Message> messages) {
    private static final double REPEATS = 0.30;
    private static final double RESOLVED_FIRST = 0.10;
    private static final double REORDERED = 0.05;

    /** How much later a reordered message comes, in messages: up to 2 s at 500 a second. */
    private static final int LATEST = 1000;

    /**
     * One alert as Alertmanager sends it.
     *
     * @param first true when it is the one that opens the system's incident
     */
    record Message(String system, String series, boolean firing, boolean first) {

        /** Alertmanager's webhook, version 4, with this one alert. */
        String body(Instant startsAt) {
            String status = firing ? "firing" : "resolved";
            return """
                    {"version":"4","groupKey":"{}:{series=\\"%2$s\\"}","truncatedAlerts":0,"status":"%3$s","receiver":"sternway",\
                    "groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://127.0.0.1:9093",\
                    "alerts":[{"status":"%3$s","labels":{"alertname":"FeatureFails","system":"%1$s","symptom":"FEATURE_FAILURE",\
                    "feature":"feature","instance":"%2$s"},"annotations":{"summary":"The feature fails for all users",\
                    "affected_users":"100"},"startsAt":"%4$s","endsAt":"%5$s","generatorURL":"","fingerprint":"%2$s"}]}""".formatted(
                    system, series, status, startsAt, firing ? "0001-01-01T00:00:00Z" : startsAt.plusSeconds(1));
        }
    }

    /**
     * A storm that is the same for the same seed.
     *
     * @param name goes into every series, so that storms of one run do not repeat each other
     * @param size how many messages
     */
    static Storm of(String name, int size, List<String> systems, long seed) {
        Random random = new Random(seed);
        int repeats = (int) (size * REPEATS);
        int resolvedFirst = (int) (size * RESOLVED_FIRST);
        int firings = size - repeats - resolvedFirst;
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < firings - systems.size(); i++) {
            Message firing = new Message(systems.get(random.nextInt(systems.size())), name + "-" + i, true, false);
            if (i < resolvedFirst) {
                messages.add(new Message(firing.system, firing.series, false, false));
            }
            messages.add(firing);
        }
        // Pairs stay in their order: which of them comes first is what the storm is about.
        List<Message> mixed = riffle(messages, random);
        for (int i = 0; i < size * REORDERED; i++) {
            int from = random.nextInt(mixed.size());
            Message late = mixed.remove(from);
            mixed.add(Math.min(mixed.size(), from + 1 + random.nextInt(LATEST)), late);
        }
        for (int i = 0; i < repeats; i++) {
            int of = random.nextInt(mixed.size());
            mixed.add(of + 1 + random.nextInt(mixed.size() - of), mixed.get(of));
        }
        List<Message> all = new ArrayList<>();
        for (String system : systems) {
            all.add(new Message(system, name + "-first-" + system, true, true));
        }
        Collections.shuffle(all, random);
        all.addAll(mixed);
        return new Storm(List.copyOf(all));
    }

    /** Mixes the alerts of all series and keeps the order within each. */
    private static List<Message> riffle(List<Message> messages, Random random) {
        List<List<Message>> series = new ArrayList<>();
        for (Message each : messages) {
            if (!series.isEmpty() && series.get(series.size() - 1).get(0).series.equals(each.series)) {
                series.get(series.size() - 1).add(each);
            } else {
                series.add(new ArrayList<>(List.of(each)));
            }
        }
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < series.size(); i++) {
            for (int j = 0; j < series.get(i).size(); j++) {
                turns.add(i);
            }
        }
        Collections.shuffle(turns, random);
        List<Message> mixed = new ArrayList<>();
        turns.forEach(turn -> mixed.add(series.get(turn).remove(0)));
        return mixed;
    }

    /** How many alerts the inbox holds when nothing is lost: each alert once in each of its states. */
    int distinct() {
        Set<String> keys = new HashSet<>();
        messages.forEach(each -> keys.add(each.series + each.firing));
        return keys.size();
    }

    /** When a message is due after the start, at a steady rate. */
    static Duration due(int index, int perSecond) {
        return Duration.ofNanos(index * 1_000_000_000L / perSecond);
    }
}
