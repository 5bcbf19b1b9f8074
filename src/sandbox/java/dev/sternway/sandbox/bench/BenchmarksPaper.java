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

                ![Downtime of each way by the size of the database](benchmarks/restore.svg)

                Downtime is the longest time between two acknowledged writes of a client; medians.

                | database | rounds | runbook as written | made fair | Sternway | worst | fair ÷ Sternway |
                |---|---|---|---|---|---|---|
                """);
        for (Size size : results.sizes()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s GB | %d | %.2f s | %.2f s | %.3f s | %.3f s | %.0f × |%n",
                    RestoreResults.label(size.gigabytes),
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
                is most of *services away*, and grows with the size.

                | database | as written | fair | restored | fair ÷ restored | blind | verified ÷ blind | compared | services away | load, predicted / seen |
                |---|---|---|---|---|---|---|---|---|---|
                """);
        for (Size size : results.sizes()) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s GB | %.1f | %.1f | %.1f | %.2f × | %.1f | %.2f × | %.1f | %.1f | %.1f / %.1f (%+.0f %%) |%n",
                    RestoreResults.label(size.gigabytes),
                    size.median("as written", "total"),
                    size.median("fair", "total"),
                    size.median("sternway", Size::restored),
                    size.faster(),
                    size.median("blind", "total"),
                    size.verifying(),
                    size.median("sternway", "compared"),
                    size.median("sternway", "servicesAway"),
                    size.node.path("predictedLoad").asDouble(),
                    size.median("sternway", "load"),
                    100 * (size.predictedAgainstSeen() - 1)));
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
}
