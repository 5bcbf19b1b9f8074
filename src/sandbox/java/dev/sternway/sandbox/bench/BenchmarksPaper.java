package dev.sternway.sandbox.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.sandbox.bench.RestoreResults.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes what a benchmark measured into {@code docs/benchmarks.md}, between the marks of its section. */
final class BenchmarksPaper {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path docs;

    BenchmarksPaper(Path docs) {
        this.docs = docs;
    }

    /** Replaces a section; the rest of the file is left as it is. */
    void section(String name, String text) throws IOException {
        Path file = docs.resolve("benchmarks.md");
        String whole = Files.exists(file) ? Files.readString(file) : "# Benchmarks\n";
        String begin = "<!-- begin " + name + ": written by ./sternway bench " + name + " -->\n";
        String end = "<!-- end " + name + " -->\n";
        int from = whole.indexOf(begin);
        int to = whole.indexOf(end);
        String section = begin + text + end;
        Files.writeString(
                file,
                from < 0 || to < from
                        ? whole + "\n" + section
                        : whole.substring(0, from) + section + whole.substring(to + end.length()));
    }

    /** Sizes that were measured now take the place of what was known of them; the others stay. */
    void restores(RestoreResults now) throws IOException {
        Path folder = Files.createDirectories(docs.resolve("benchmarks"));
        Path raw = folder.resolve("restore.json");
        ObjectNode sizes = Files.exists(raw) ? (ObjectNode) JSON.readTree(raw.toFile()) : JSON.createObjectNode();
        sizes.setAll(now.json());
        Files.writeString(raw, JSON.writeValueAsString(sizes) + "\n");
        RestoreResults all = new RestoreResults(sizes);
        Files.writeString(folder.resolve("restore.svg"), new RestorePlot(all).svg());
        section("restore", text(all));
    }

    private static String text(RestoreResults results) {
        StringBuilder text = new StringBuilder();
        text.append("""

                ## Restores

                `./sternway bench restore` restores one damaged database three ways in turn, on one PostgreSQL of its own with
                the package's settings (autovacuum off), and once more blindly:

                - **as written**: the runbook. Stop the application, end its sessions, drop the database, create it,
                  `psql < dump`, count two tables, start, `sleep 60`, look;
                - **made fair**: the same, but it looks until the application answers instead of sleeping;
                - **Sternway**: its adapter, called as level 3 calls it: obstacles, load beside, compare, compare again as with
                  the services stopped, swap, count;
                - **blind**: `pg_restore -j 2` and `ANALYZE` into a new database, without any look at file or result.

                The backup that every way takes first is in none of the times. A client writes a row every 20 ms over an ordinary
                connection and comes back at once; downtime is the longest time between two of its acknowledged writes. After
                each way all rows of all tables are compared with those before the damage, by count and checksum, and every
                acknowledged write must be in the live or in the kept database. Figures are medians.

                ![Downtime of each way by the size of the database](benchmarks/restore.svg)

                | database | rounds | runbook as written | made fair | Sternway | worst | fair ÷ Sternway |
                |---|---|---|---|---|---|---|
                """);
        for (Size size : results.sizes()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.2f s | %.2f s | %.3f s | %.3f s | %.0f × |%n",
                    name(size),
                    size.rows("fair").size(),
                    size.median("as written", "downtime"),
                    size.median("fair", "downtime"),
                    size.median("sternway", "downtime"),
                    size.worstAway(),
                    size.shorter()));
        }
        text.append("""

                Work, in seconds. *Restored* is everything up to live data: the backup read and checked, loaded, counted,
                swapped. *Blind* is the same tool without any look at file or result. *Compared* reads every row of both
                databases, once before people decide and once more, with the services stopped, right before the swap: this
                is most of *services away*, and grows with the size. *Predicted* is what trial restores of the smallest
                size let expect.

                | database | as written | fair | restored | fair ÷ restored | blind | verified ÷ blind | compared | services away | load, predicted / seen |
                |---|---|---|---|---|---|---|---|---|---|
                """);
        for (Size size : results.sizes()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %.2f × | %.1f | %.2f × | %.1f | %.1f | %.1f / %.1f (%+.0f %%) |%n",
                    name(size),
                    size.median("as written", "total"),
                    size.median("fair", "total"),
                    size.median("sternway", Size::restored),
                    size.faster(),
                    size.median("blind", "total"),
                    size.verifying(),
                    size.median("sternway", "compared"),
                    size.median("sternway", "servicesAway"),
                    results.predicted(size),
                    size.median("sternway", "load"),
                    100 * (results.predicted(size) / size.median("sternway", "load") - 1)));
        }
        Verdict verdict = new Verdict();
        results.judge(verdict);
        text.append("\n```\n").append(verdict.text().strip()).append("\n```\n\n");
        for (Size size : results.sizes()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s GB: %s, PostgreSQL %s, %d cores, load average %.2f at the start%s.%n",
                    RestoreResults.label(size.gigabytes),
                    size.node.path("at").asText(),
                    size.node.path("postgresql").asText(),
                    size.node.path("cores").asInt(),
                    size.node.path("loadAtStart").asDouble(),
                    size.node.path("loadAtStart").asDouble() > 1 ? " (busy: trust ratios only)" : ""));
        }
        return text.append("Every round is in [restore.json](benchmarks/restore.json).\n")
                .toString();
    }

    /** The size that was asked for, and what the server says that it became. */
    private static String name(Size size) {
        return String.format(
                Locale.ROOT,
                "%s GB (%.0f MB)",
                RestoreResults.label(size.gigabytes),
                size.node.path("databaseBytes").asLong() / 1e6);
    }
}
