package dev.sternway.sandbox.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long is a database away while it is restored? A runbook's way as written, the same made fair, and Sternway, one
 * after the other in every round, on the same server and the same rows, judged by a client that goes on writing; after
 * each of them all rows are compared with those before the damage.
 */
final class RestoreBench {
    static final List<Double> SIZES = List.of(0.3, 1.0, 3.0);
    static final int ROUNDS = 5;
    private static final double QUICK_SIZE = 0.05;
    private static final double BUSY = 1.0;
    private static final int TRIALS = 3;

    private final Path home;
    private final List<Double> sizes;
    private final int rounds;
    private final boolean quick;
    private final boolean anyway;
    private final Verdict verdict = new Verdict();

    /** @param anyway measure although the machine has other things to do; the output says so */
    RestoreBench(Path home, List<Double> sizes, int rounds, boolean quick, boolean anyway) {
        this.home = home;
        this.sizes = quick && sizes.isEmpty() ? List.of(QUICK_SIZE) : sizes.isEmpty() ? SIZES : sizes;
        this.rounds = quick ? 1 : rounds;
        this.quick = quick;
        this.anyway = anyway;
    }

    Verdict run() throws IOException {
        double load = load();
        if (load > BUSY && !quick && !anyway) {
            throw new IllegalStateException(String.format(
                    java.util.Locale.ROOT,
                    "the machine's load average is %.2f, above %.1f: what is measured now is worth little%n"
                            + "HINT: wait until it is idle, or add --anyway; the result then says so.",
                    load,
                    BUSY));
        }
        clear(home);
        Files.createDirectories(home);
        RestoreResults results = new RestoreResults();
        try (LocalPostgres server = new LocalPostgres(home);
                Restorer sternway = new Restorer(server, home)) {
            Platform platform = new Platform(server);
            Rate rate = null;
            for (double size : sizes) {
                ObjectNode result = results.begin(size)
                        .put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("loadAtStart", size == sizes.get(0) ? load : load())
                        .put("cores", Runtime.getRuntime().availableProcessors())
                        .put("postgresql", server.version());
                rate = measure(size, result, server, platform, sternway, rate);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the benchmark's database fails: " + e.getMessage(), e);
        } finally {
            clear(home);
        }
        verdict.raw().set("sizes", results.json());
        results.table().lines().forEach(line -> verdict.row("%s", line));
        results.judge(verdict);
        if (!quick) {
            new BenchmarksPaper(Path.of("docs")).restores(results);
        }
        return verdict;
    }

    /** Bytes of backup per second, as a trial restore showed; what Sternway predicts from. */
    private record Rate(double bytesPerSecond) {}

    private Rate measure(
            double size, ObjectNode result, LocalPostgres server, Platform platform, Restorer sternway, Rate known)
            throws SQLException {
        say("%.2f GB: making the data", size);
        platform.make(size);
        Map<String, String> good = platform.fingerprint();
        Part part = sternway.backUp();
        Path plain = home.resolve("plain.sql");
        require(
                server.run(null, "pg_dump", "-f", plain.toString(), Platform.DATABASE) == 0,
                "pg_dump failed, see tools.log");
        result.put("databaseBytes", platform.bytes()).put("backupBytes", part.bytes());
        Rate rate = known;
        if (rate == null) {
            server.settle();
            rate = new Rate(part.bytes() / trials(sternway, part));
        }
        result.put("predictedLoad", part.bytes() / rate.bytesPerSecond());
        try (Client client = new Client(server)) {
            Round round = new Round(result, server, platform, client, good);
            Scripts scripts = new Scripts(server, client, plain, sternway.file(part));
            for (int i = 1; i <= rounds; i++) {
                round.of(i, "as written", null, row -> scripts.asWritten());
                round.of(i, "fair", null, row -> scripts.fair());
                round.of(i, "sternway", Restorer.KEPT, row -> {
                    Restorer.Times times = sternway.restore(part);
                    row.put("verified", times.verified())
                            .put("load", times.load())
                            .put("compared", times.compared())
                            .put("servicesAway", times.servicesAway())
                            .put("swap", times.swap());
                });
                sternway.discardKept();
                server.settle();
                double blind = scripts.blind();
                result.withArray("rounds")
                        .addObject()
                        .put("round", i)
                        .put("arm", "blind")
                        .put("total", blind);
                say("  round %d %-10s %7.2f s", i, "blind", blind);
            }
        }
        return rate;
    }

    /** How long trial restores load, in seconds: the median of three. */
    private static double trials(Restorer sternway, Part part) {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < TRIALS; i++) {
            Trial trial = sternway.tryRestore(part);
            require(trial.faults().isEmpty(), "the trial restore found " + trial.faults());
            seconds.add(trial.load().toNanos() / 1e9);
        }
        return seconds.stream().sorted().toList().get(TRIALS / 2);
    }

    /** One way in one round: from the damaged database to the restored one, with what client and oracle say of it. */
    private record Round(
            ObjectNode result, LocalPostgres server, Platform platform, Client client, Map<String, String> good) {
        interface Way {
            void go(ObjectNode row);
        }

        /** @param kept where the writes are that came before the new database was live, or null when they are gone */
        void of(int number, String arm, String kept, Way way) throws SQLException {
            platform.damage();
            require(!platform.fingerprint().equals(good), "the damage cannot be seen");
            server.settle();
            client.awaitWrites();
            ObjectNode row = result.withArray("rounds").addObject();
            row.put("round", number).put("arm", arm);
            long begin = System.nanoTime();
            way.go(row);
            long end = System.nanoTime();
            row.put("total", (end - begin) / 1e9);
            client.awaitWrites();
            double away = client.longestGap(begin);
            boolean same = platform.fingerprint().equals(good);
            long lost = client.lost(end, Platform.DATABASE);
            if (kept != null) {
                server.execute(LocalPostgres.USER, "alter database " + kept + " allow_connections true");
                lost += client.lost(begin, Platform.DATABASE, kept);
            }
            row.put("downtime", away).put("allRows", same && lost == 0);
            say(
                    "  round %d %-10s %7.2f s, away %.3f s, %s, %d acknowledged writes lost",
                    number, arm, row.path("total").asDouble(), away, same ? "all rows there" : "ROWS DIFFER", lost);
        }
    }

    private static void say(String format, Object... values) {
        System.err.println(String.format(java.util.Locale.ROOT, format, values));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static double load() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
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
