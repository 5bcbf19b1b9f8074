package dev.sternway.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;

/** What the restores of each size took, row by row, and what follows from it. */
final class RestoreResults {
    // The targets.
    private static final double SHORTER = 50;
    static final double AWAY_AT_MOST = 0.5;
    private static final double GROWS_AT_MOST = 0.1;
    private static final double FASTER = 1.2;
    private static final double VERIFYING = 1.10;

    /** By size in gigabytes, as text. */
    private final ObjectNode sizes;

    RestoreResults() {
        this(JsonNodeFactory.instance.objectNode());
    }

    RestoreResults(ObjectNode sizes) {
        this.sizes = sizes;
    }

    ObjectNode json() {
        return sizes;
    }

    ObjectNode begin(double size) {
        return sizes.putObject(label(size));
    }

    static String label(double size) {
        return size == Math.rint(size) ? Long.toString(Math.round(size)) : Double.toString(size);
    }

    /** What is known of one size. */
    static final class Size {
        final double gigabytes;
        final JsonNode node;

        private Size(String label, JsonNode node) {
            this.gigabytes = Double.parseDouble(label);
            this.node = node;
        }

        List<JsonNode> rows(String arm) {
            return StreamSupport.stream(node.path("rounds").spliterator(), false)
                    .filter(row -> row.path("arm").asText().equals(arm))
                    .toList();
        }

        double median(String arm, ToDoubleFunction<JsonNode> value) {
            double[] sorted = rows(arm).stream().mapToDouble(value).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length == 0
                    ? Double.NaN
                    : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        double median(String arm, String field) {
            return median(arm, row -> row.path(field).asDouble());
        }

        double worstAway() {
            return rows("sternway").stream()
                    .flatMapToDouble(row -> DoubleStream.of(row.path("downtime").asDouble()))
                    .max()
                    .orElse(Double.NaN);
        }

        double shorter() {
            return median("fair", "downtime") / median("sternway", "downtime");
        }

        /** Backup checked, loaded, counted, and live; without the comparisons, which the runbook does not make. */
        static double restored(JsonNode row) {
            return row.path("verified").asDouble() + row.path("swap").asDouble();
        }

        double faster() {
            return median("fair", "total") / median("sternway", Size::restored);
        }

        double fasterWithComparison() {
            return median("fair", "total") / median("sternway", "total");
        }

        double verifying() {
            return median("sternway", "verified") / median("blind", "total");
        }

        /** Restores after which rows were missing, changed, or too many. */
        long wrong() {
            return StreamSupport.stream(node.path("rounds").spliterator(), false)
                    .filter(row -> row.has("allRows") && !row.path("allRows").asBoolean())
                    .count();
        }
    }

    List<Size> sizes() {
        List<Size> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : sizes.properties()) {
            all.add(new Size(each.getKey(), each.getValue()));
        }
        all.sort(Comparator.comparingDouble(size -> size.gigabytes));
        return all;
    }

    /** How long a load should take by what trial restores of the smallest size showed, in bytes of backup a second. */
    double predicted(Size size) {
        Size smallest = sizes().get(0);
        return smallest.node.path("predictedLoad").asDouble()
                * size.node.path("backupBytes").asDouble()
                / smallest.node.path("backupBytes").asDouble();
    }

    /** In seconds, the median of the rounds and the worst in brackets where it matters. */
    String table() {
        StringBuilder text = new StringBuilder();
        for (Size size : sizes()) {
            text.append(line(
                    "%s GB: database of %.0f MB, backup of %.0f MB, PostgreSQL %s on %d cores, %d rounds,"
                            + " load average at the start %.2f%s",
                    label(size.gigabytes),
                    size.node.path("databaseBytes").asLong() / 1e6,
                    size.node.path("backupBytes").asLong() / 1e6,
                    size.node.path("postgresql").asText(),
                    size.node.path("cores").asInt(),
                    size.rows("fair").size(),
                    size.node.path("loadAtStart").asDouble(),
                    size.node.path("loadAtStart").asDouble() > 1 ? " (BUSY: trust ratios only)" : ""));
            text.append(line("  %-34s %12s %14s", "", "downtime", "all in all"));
            text.append(line(
                    "  %-34s %10.2f s %12.2f s",
                    "runbook as written", size.median("as written", "downtime"), size.median("as written", "total")));
            text.append(line(
                    "  %-34s %10.2f s %12.2f s",
                    "runbook made fair", size.median("fair", "downtime"), size.median("fair", "total")));
            text.append(line(
                    "  %-34s %10.3f s %12.2f s  (worst downtime %.3f s)",
                    "Sternway",
                    size.median("sternway", "downtime"),
                    size.median("sternway", "total"),
                    size.worstAway()));
            text.append(line(
                    "    of that: read and loaded %.2f s, compared %.2f s, services away %.2f s, door closed %.3f s",
                    size.median("sternway", "verified"),
                    size.median("sternway", "compared"),
                    size.median("sternway", "servicesAway"),
                    size.median("sternway", "swap")));
            text.append(line("  %-34s %12s %12.2f s", "blind pg_restore", "", size.median("blind", "total")));
            text.append(line("  load predicted %.2f s, seen %.2f s", predicted(size), size.median("sternway", "load")));
        }
        return text.toString();
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values) + "\n";
    }

    void judge(Verdict verdict) {
        List<Size> all = sizes();
        for (Size size : all) {
            String of = label(size.gigabytes) + " GB: ";
            verdict.atMost(of + "restores with wrong rows", size.wrong(), 0, "");
            verdict.atLeast(of + "downtime, fair against Sternway", size.shorter(), SHORTER, "x");
            verdict.atMost(of + "Sternway's worst downtime", size.worstAway(), AWAY_AT_MOST, "s");
            verdict.atLeast(of + "plain psql against Sternway", size.faster(), FASTER, "x");
            verdict.atMost(of + "verified against blind", size.verifying(), VERIFYING, "x");
        }
        if (all.size() > 1) {
            verdict.atMost(
                    "downtime grows with the size by",
                    all.get(all.size() - 1).median("sternway", "downtime")
                            - all.get(0).median("sternway", "downtime"),
                    GROWS_AT_MOST,
                    "s");
        }
    }
}
