package dev.sternway.sandbox.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows from measured restores, and how it gets into the papers. */
class RestoreResultsTest {
    private final RestoreResults results = new RestoreResults();

    private ObjectNode size(double gigabytes, double... downtimes) {
        ObjectNode size = results.begin(gigabytes);
        size.put("at", "2026-11-20T10:00:00Z")
                .put("predictedLoad", 2.2)
                .put("loadAtStart", 0.4)
                .put("backupBytes", (long) (gigabytes * 1e8))
                .put("databaseBytes", 300_000_000);
        int round = 0;
        for (double downtime : downtimes) {
            round++;
            row(size, round, "fair").put("downtime", 5.0).put("total", 5.2).put("allRows", true);
            row(size, round, "as written")
                    .put("downtime", 5.0)
                    .put("total", 65.0)
                    .put("allRows", true);
            row(size, round, "sternway")
                    .put("downtime", downtime)
                    .put("total", 9.0)
                    .put("verified", 2.1)
                    .put("swap", 0.02)
                    .put("load", 2.0)
                    .put("compared", 3.0)
                    .put("servicesAway", 3.5)
                    .put("allRows", true);
            row(size, round, "blind").put("total", 2.0);
        }
        return size;
    }

    private static ObjectNode row(ObjectNode size, int round, String arm) {
        return size.withArray("rounds").addObject().put("round", round).put("arm", arm);
    }

    private String judged() {
        Verdict verdict = new Verdict();
        results.judge(verdict);
        return verdict.text();
    }

    @Test
    void holdsWhenAllTargetsHold() {
        size(0.3, 0.05, 0.04, 0.06);
        size(3, 0.06, 0.06, 0.06);

        assertThat(judged())
                .contains("ok   0.3 GB: downtime, fair against Sternway", "100.00 x", "ok   downtime grows")
                .endsWith("All targets hold.\n");
    }

    @Test
    void missesWhenOneRestoreHasWrongRowsHoweverFastItWas() {
        ObjectNode size = size(1, 0.05, 0.05);
        ((ObjectNode) size.path("rounds").get(2)).put("allRows", false);

        assertThat(judged()).contains("MISS 1 GB: restores with wrong rows").endsWith("Targets missed: 1.\n");
    }

    @Test
    void judgesTheDowntimeByItsWorstAndByItsGrowth() {
        size(0.3, 0.05, 0.05, 0.05);
        size(1, 0.05, 0.05, 0.7);
        size(3, 0.2, 0.2, 0.2);

        assertThat(judged())
                .contains("MISS 1 GB: Sternway's worst downtime", "missed by 40 %", "MISS downtime grows with the size")
                .contains("MISS 3 GB: downtime, fair against Sternway", "at least 50.00, missed by 50 %");
    }

    @Test
    void replacesOnlyItsOwnSectionAndOnlyTheSizesThatWereMeasured(@TempDir Path docs) throws IOException {
        size(0.3, 0.05);
        size(1, 0.05);
        Files.writeString(docs.resolve("benchmarks.md"), "# Benchmarks\n\nKept before.\n");
        new BenchmarksPaper(docs).restores(results);
        new BenchmarksPaper(docs).section("alerts", "a storm\n");
        results.begin(1);
        size(1, 0.25);
        results.json().remove("0.3");

        new BenchmarksPaper(docs).restores(results);

        String paper = Files.readString(docs.resolve("benchmarks.md"));
        assertThat(paper)
                .startsWith("# Benchmarks\n\nKept before.\n")
                .contains("| 0.3 GB (300 MB) | 1 | 5.00 s | 5.00 s | 0.050 s | 0.050 s | 100 × |")
                .contains("| 1 GB (300 MB) | 1 | 5.00 s | 5.00 s | 0.250 s | 0.250 s | 20 × |")
                .contains("2.2 / 2.0 (+10 %)", "7.3 / 2.0 (+267 %)")
                .contains(
                        "<!-- end restore -->\n\n<!-- begin alerts: written by ./sternway bench alerts -->\na storm\n");
        assertThat(paper.split("<!-- begin restore")).hasSize(2);
        assertThat(Files.readString(docs.resolve("benchmarks/restore.svg")))
                .startsWith("<svg xmlns=")
                .contains(">0.3 GB</text>", ">1 GB</text>", ">Sternway</text>")
                .endsWith("</svg>\n");
    }
}
