package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRITICAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.evidence.Papers;
import dev.sternway.process.FakeShop.Harm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The report that is kept tells all that happened until the incident was closed and ended. */
class ReportVersionsTest extends ProcessTest {
    @Autowired
    private Papers papers;

    @BeforeEach
    void aFeatureFails() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
    }

    @Test
    void isWrittenAgainAtCloseAndAtTheEndEachWithItsChecksumInTheLedger() {
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchBeforeClose");
        assertThat(papers.versions(incident, Papers.INCIDENT_REPORT)).hasSize(1);
        String first = papers.find(incident, Papers.INCIDENT_REPORT).orElseThrow();

        world.goOnTo("serviceTask_watchAfterClose");

        assertThat(papers.versions(incident, Papers.INCIDENT_REPORT)).hasSize(2);
        String closed = papers.find(incident, Papers.INCIDENT_REPORT).orElseThrow();
        assertThat(closed).isNotEqualTo(first);
        assertThat(first).doesNotContain("Close incident");
        assertThat(closed).contains("Close incident");

        world.goOn();

        assertThat(papers.versions(incident, Papers.INCIDENT_REPORT)).hasSize(3);
        assertThat(world.evidence(incident, "writeReport"))
                .extracting(entry -> entry.details().path("sha256").asText())
                .containsExactlyElementsOf(papers.versions(incident, Papers.INCIDENT_REPORT).stream()
                        .map(Papers.Kept::sha256)
                        .toList());
        assertThat(world.evidence(incident, "writeReport"))
                .extracting(entry -> entry.details().path("version").asInt())
                .containsExactly(1, 2, 3);
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
    }
}
