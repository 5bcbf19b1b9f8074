package dev.sternway.sandbox.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import dev.sternway.sandbox.DockerEngine;
import dev.sternway.sandbox.Ports;
import dev.sternway.sandbox.demo.Pause;
import dev.sternway.sandbox.demo.Program;
import dev.sternway.sandbox.demo.RunningSternway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Does an alert storm slow the first action down? Storms on twenty systems against the same systems one after the other
 * with nothing else to do, both on the same running product; an open model: every message has its time.
 *
 * <p>Each round ends with all incidents ended, and the systems are made anew. The first round of each kind warms up and
 * is shown but not judged.
 */
final class AlertsBench {
    private static final int SYSTEMS = 20;
    private static final int PER_SECOND = 500;
    private static final int SIZE = 10_000;
    private static final int STORMS = 10;
    private static final int QUICK_SIZE = 1_000;
    private static final int ONE_AT_A_TIME = 1_000;
    private static final Duration ROUND_ENDS_WITHIN = Duration.ofMinutes(3);

    // The targets.
    private static final double ACKNOWLEDGED_WITHIN = 100;
    private static final double FIRST_ACTION_WITHIN = 3_000;
    private static final double AGAINST_IDLE = 2;
    private static final double MEMORY_GROWS = 1.2;

    private final Path home;
    private final boolean quick;
    private final int storms;
    private final Verdict verdict = new Verdict();
    private long pid;

    /** @param storms how many are judged; 0 for as many as the targets are meant for */
    AlertsBench(Path home, boolean quick, int storms) {
        this.home = home;
        this.quick = quick;
        this.storms = storms > 0 ? storms : quick ? 1 : STORMS;
    }

    /** What one round showed; times in milliseconds. */
    private record Round(
            String name,
            double p50,
            double p99,
            double slowestAnswer,
            int refused,
            double slowestAction,
            int actions,
            int lost,
            int tooMany,
            Processors used) {}

    Verdict run() throws IOException {
        clear(home);
        Path configuration = Files.createDirectories(home.resolve("config"));
        String token = token(configuration.resolve("alertmanager.token"));
        DockerClient docker = DockerEngine.connect();
        try (docker;
                Fleet fleet = new Fleet(docker, SYSTEMS)) {
            fleet.describe(configuration);
            settings(configuration);
            fleet.reset();
            Path data = home.resolve("data");
            try (RunningSternway sternway = RunningSternway.start(
                            Program.ofJar(Path.of("target/sternway.jar")),
                            Ports.free(),
                            data,
                            configuration,
                            home.resolve("serve.log"));
                    Books books = new Books(data)) {
                measure(fleet, books, new Sender(sternway.address(), token), sternway.pid());
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Sternway's database cannot be read", e);
        }
        return verdict;
    }

    private void measure(Fleet fleet, Books books, Sender sender, long pid) throws IOException, SQLException {
        this.pid = pid;
        int size = quick ? QUICK_SIZE : SIZE;
        verdict.row(
                "%d systems; a storm is %d alerts at %d a second: 30 %% repeats, 10 %% resolved before firing, 5 %% reordered",
                SYSTEMS, size, PER_SECOND);
        verdict.row(
                "%n%-9s %10s %10s %10s %8s %14s %6s %9s",
                "round", "ack p50", "ack p99", "ack max", "not 202", "slowest action", "lost", "too many");
        idle("idle 0", fleet, books, sender);
        storm("storm 0", size, fleet, books, sender);
        Footprint before = Footprint.of(pid);
        List<Round> idles = new ArrayList<>();
        List<Round> judged = new ArrayList<>();
        for (int i = 1; i <= storms; i++) {
            if (i % 3 == 1) {
                idles.add(idle("idle " + i, fleet, books, sender));
            }
            judged.add(storm("storm " + i, size, fleet, books, sender));
        }
        verdict.row(
                "%nprocessor time for each message while the storms came, in ms: %s; the %d processors were busy for %.0f %%",
                sum(judged).forEach(size * judged.size()),
                Runtime.getRuntime().availableProcessors(),
                100 * sum(judged).machine() / judged.size() / capacity(size));
        judge(idles, judged, before, Footprint.of(pid));
    }

    private static Processors sum(List<Round> storms) {
        return storms.stream()
                .map(Round::used)
                .reduce(
                        new Processors(0, 0, 0, 0),
                        (one, other) -> new Processors(
                                one.machine() + other.machine(),
                                one.sternway() + other.sternway(),
                                one.database() + other.database(),
                                one.generator() + other.generator()));
    }

    /** What the processors can do while a storm comes, in ms. */
    private static double capacity(int size) {
        return Storm.due(size, PER_SECOND).toMillis()
                * (double) Runtime.getRuntime().availableProcessors();
    }

    /** One system after the other, each with the engine idle but for the watches of those before. */
    private Round idle(String name, Fleet fleet, Books books, Sender sender) throws IOException, SQLException {
        Instant since = Instant.now();
        List<Double> waits = new ArrayList<>();
        List<Sender.Sent> all = new ArrayList<>();
        for (String system : fleet.systems()) {
            Storm.Message alert = new Storm.Message(system, series(name) + "-" + system, true, true);
            Sender.Sent sent = sender.send(List.of(alert), ONE_AT_A_TIME);
            all.add(sent);
            Pause.until(
                    "the first action on " + system,
                    ROUND_ENDS_WITHIN,
                    () -> books.firstActions(since).containsKey(system));
        }
        Map<String, Instant> actions = books.firstActions(since);
        all.forEach(sent -> waits.addAll(waits(sent.firstDue(), actions)));
        Sender.Sent together = Sender.together(all);
        return ended(name, together, waits, fleet.systems().size(), since, fleet, books, null);
    }

    private Round storm(String name, int size, Fleet fleet, Books books, Sender sender)
            throws IOException, SQLException {
        Storm storm = Storm.of(series(name), size, fleet.systems(), name.hashCode());
        Instant since = Instant.now();
        Processors before = Processors.now(pid, books.postmaster());
        Sender.Sent sent = sender.send(storm.messages(), PER_SECOND);
        Processors used = Processors.now(pid, books.postmaster()).since(before);
        return ended(name, sent, null, storm.distinct(), since, fleet, books, used);
    }

    private Round ended(
            String name,
            Sender.Sent sent,
            List<Double> known,
            int distinct,
            Instant since,
            Fleet fleet,
            Books books,
            Processors used)
            throws SQLException {
        Pause.until(
                "round '" + name + "' is over",
                ROUND_ENDS_WITHIN,
                () -> books.kept(series(name)).waiting() == 0 && books.running() == 0);
        List<Double> waits = known == null ? waits(sent.firstDue(), books.firstActions(since)) : known;
        int refused = sent.answers().entrySet().stream()
                .filter(each -> each.getKey() != 202)
                .mapToInt(Map.Entry::getValue)
                .sum();
        Round round = new Round(
                name,
                sent.acknowledged().getValueAtPercentile(50) / 1000.0,
                sent.acknowledged().getValueAtPercentile(99) / 1000.0,
                sent.acknowledged().getMaxValue() / 1000.0,
                refused,
                waits.stream().max(Comparator.naturalOrder()).orElse(Double.NaN),
                waits.size(),
                distinct - books.kept(series(name)).handled(),
                books.tooMany(since),
                used);
        note(round);
        fleet.reset();
        return round;
    }

    private void note(Round round) {
        verdict.row(
                "%-9s %7.1f ms %7.1f ms %7.1f ms %8d %11.0f ms %6d %9d",
                round.name,
                round.p50,
                round.p99,
                round.slowestAnswer,
                round.refused,
                round.slowestAction,
                round.lost,
                round.tooMany);
        ObjectNode row = verdict.raw().withArray("rounds").addObject();
        row.put("name", round.name)
                .put("ackP50Ms", round.p50)
                .put("ackP99Ms", round.p99)
                .put("ackMaxMs", round.slowestAnswer)
                .put("notAccepted", round.refused)
                .put("slowestFirstActionMs", round.slowestAction)
                .put("systemsActedOn", round.actions)
                .put("lost", round.lost)
                .put("tooManyIncidents", round.tooMany);
        System.err.println("  " + round);
    }

    private void judge(List<Round> idles, List<Round> storms, Footprint before, Footprint after) {
        verdict.row(
                "%nmemory: resident %.0f → %.0f MB, live heap %.0f → %.0f MB",
                before.resident(), after.resident(), before.live(), after.live());
        double idle = idles.stream().mapToDouble(Round::slowestAction).max().orElse(Double.NaN);
        double storm = storms.stream().mapToDouble(Round::slowestAction).max().orElse(Double.NaN);
        verdict.atMost(
                "acknowledged, p99 of the worst storm",
                worst(storms.stream().map(Round::p99)),
                ACKNOWLEDGED_WITHIN,
                "ms");
        verdict.atMost("slowest first action in a storm", storm, FIRST_ACTION_WITHIN, "ms");
        verdict.atMost("slowest first action, storm against idle", storm / idle, AGAINST_IDLE, "x");
        verdict.atMost(
                "systems without an action",
                SYSTEMS - storms.stream().mapToInt(Round::actions).min().orElse(0),
                0,
                "");
        verdict.atMost(
                "incidents beyond one for each system", sum(storms.stream().map(Round::tooMany)), 0, "");
        verdict.atMost("messages not accepted", sum(storms.stream().map(Round::refused)), 0, "");
        verdict.atMost("alerts lost", sum(storms.stream().map(round -> Math.abs(round.lost))), 0, "");
        verdict.atMost(
                "resident memory after " + storms.size() + " storms",
                after.resident() / before.resident(),
                MEMORY_GROWS,
                "x");
        verdict.atMost("live heap after " + storms.size() + " storms", after.live() / before.live(), MEMORY_GROWS, "x");
    }

    private static double worst(Stream<Double> values) {
        return values.max(Comparator.naturalOrder()).orElse(Double.NaN);
    }

    private static int sum(Stream<Integer> values) {
        return values.mapToInt(Integer::intValue).sum();
    }

    private static List<Double> waits(Map<String, Instant> due, Map<String, Instant> actions) {
        return due.entrySet().stream()
                .filter(each -> actions.containsKey(each.getKey()))
                .map(each -> ChronoUnit.MICROS.between(each.getValue(), actions.get(each.getKey())) / 1000.0)
                .toList();
    }

    private static String series(String round) {
        return round.replace(' ', '-');
    }

    private static void settings(Path configuration) throws IOException {
        Files.writeString(
                configuration.resolve("application.yaml"), """
                # Written by the benchmark: only what differs from Sternway's defaults.
                sternway:
                  checks:
                    watch-every: 1s
                  alerts:
                    senders:
                      alertmanager:
                        bearer: ["file:%s"]
                """.formatted(configuration.resolve("alertmanager.token")));
    }

    private static String token(Path file) throws IOException {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, token);
        return token;
    }

    private static void clear(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> found = Files.walk(directory)) {
                for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
