package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

/** Who gets the rows that a restore would lose, and that it is written down (S4-18). */
@Import(LostRowsApiTest.World.class)
class LostRowsApiTest extends WebTest {
    private static final String FILE = "lost-rows-orders-20261120101500-0a1b2c3d.zip";

    @Autowired
    Incidents incidents;

    @Autowired
    Ledger ledger;

    @Value("${sternway.loss.directory}")
    Path directory;

    private String incident;
    private Path file;

    /** What gives out the rows. */
    @ComponentScan(
            basePackages = {"dev.sternway.alert", "dev.sternway.process", "dev.sternway.step.store", "dev.sternway.web"
            },
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = ".*\\.(Incidents|OwnAuthority|Groups|LossReaders|LostRowsArchive|LostRowsApi)"))
    static class World {}

    @BeforeEach
    void aMeasuredLoss() throws IOException, NoSuchAlgorithmException {
        incident = incidents.open("lost-shop", "It was bad", Instant.now()).orElseThrow();
        incidents.ended(incident, Incidents.State.CLOSED);
        file = Files.createDirectories(directory.resolve(incident)).resolve(FILE);
        Files.writeString(file, "the rows");
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        var details = JsonNodeFactory.instance.objectNode();
        details.putArray("tables")
                .addObject()
                .put("table", "public.huge")
                .put("live", 1000)
                .put("backup", 900)
                .put("onlyLive", 100)
                .put("changed", 3)
                .put("by", "CONTENT")
                .put("read", 50)
                .put("onlyLiveAtMost", 130)
                .put("changedAtMost", 12)
                .put("timeColumn", "created_at")
                .put("newestLive", "2026-11-20 11:00:00+00")
                .put("newestBackup", "2026-11-20 09:00:00+00")
                .put("since", 77);
        details.putObject("lostRows")
                .put("file", FILE)
                .put("bytes", 8)
                .put("sha256", sha256)
                .put("onlyLive", 100)
                .put("changed", 3)
                .put("cut", "cut at 8 bytes");
        ledger.append(Entry.fact(
                        incident,
                        Evidence.Kind.MEASUREMENT,
                        "measureLoss",
                        "the loss measured",
                        "100 rows",
                        Evidence.Outcome.PROVED)
                .of("lost-shop", 3, "plan")
                .on("orders")
                .with(details));
    }

    private String path() {
        return "/api/incidents/" + incident + "/lost-rows/" + FILE;
    }

    @Test
    void givesThemToWhoMayAgreeToLoseThemAndToAdministrators() {
        for (String user : List.of("carla", "theo", "ada")) {
            HttpResponse<String> answer = get(path(), user);
            assertThat(answer.statusCode()).as(user).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("the rows");
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/zip");
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
                    .contains("attachment", incident);
        }
        assertThat(ledger.of(incident))
                .filteredOn(entry -> entry.step().equals("downloadLostRows"))
                .extracting(Evidence::actor)
                .containsExactly("carla", "theo", "ada");
    }

    @Test
    void areRefusedToEverybodyElse() {
        assertThat(get(path()).statusCode()).isEqualTo(401);
        for (String user : List.of("olga", "vera", "nobody")) {
            assertThat(get(path(), user).statusCode()).as(user).isEqualTo(403);
        }
        assertThat(ledger.of(incident)).noneMatch(entry -> entry.step().equals("downloadLostRows"));
    }

    @Test
    void areLinkedOnThePageWithWhatIsAnEstimate() {
        var browser = browserOf("carla");

        String page = send(
                        browser,
                        HttpRequest.newBuilder(at("/incidents/" + incident)).build())
                .body();

        assertThat(page)
                .contains("/incidents/" + incident + "/lost-rows/" + FILE)
                .contains("An estimate.", "≈ 100", "at most 130", "at most 12 (50 rows compared)")
                .contains("no key: whole rows compared", "2026-11-20 11:00:00+00", "77")
                .contains("Not all rows are in it: cut at 8 bytes.");
        assertThat(send(
                                browser,
                                HttpRequest.newBuilder(at("/incidents/" + incident + "/lost-rows/" + FILE))
                                        .build())
                        .body())
                .isEqualTo("the rows");
    }

    @Test
    void areNotGivenOutWhenSomebodyChangedThem() throws IOException {
        Files.writeString(file, "others");

        HttpResponse<String> answer = get(path(), "carla");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("LOSS_FILE_ALTERED");
        assertThat(ledger.of(incident)).noneMatch(entry -> entry.step().equals("downloadLostRows"));
    }

    @Test
    void areOnlyThoseThatTheEvidenceNames() {
        assertThat(get("/api/incidents/" + incident + "/lost-rows/lost-rows-other.zip", "carla")
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/api/incidents/INC-1999-0001/lost-rows/" + FILE, "carla")
                        .statusCode())
                .isEqualTo(404);
    }
}
