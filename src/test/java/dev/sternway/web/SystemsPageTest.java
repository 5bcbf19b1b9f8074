package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.reset;
import static org.mockito.Mockito.when;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.SnapshotPart;
import dev.sternway.catalogue.SnapshotPart.Kind;
import dev.sternway.catalogue.SnapshotParts;
import dev.sternway.plan.Planner;
import dev.sternway.plan.Readiness;
import dev.sternway.port.OutsideException;
import dev.sternway.process.Snapshots;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Page and API say which systems could be taken back, and what the others lack (S3-01). */
@Tag("S3-01")
@Import({SystemsPageTest.World.class, SystemsPage.class, SystemsApi.class})
class SystemsPageTest extends WebTest {
    private static final SnapshotPart RELEASE = SnapshotPart.kept(Kind.RELEASE, "image ids of 2 services");
    private static final SnapshotPart LOCK = SnapshotPart.missing(Kind.PACKAGE_LOCK, "<b>not</b> there");

    @Autowired
    Readiness readiness;

    @Autowired
    SnapshotParts parts;

    @Autowired
    Snapshots snapshots;

    /** One system whose readiness each test says. */
    static class World {
        private static final ManagedSystem SYSTEM = new ManagedSystem(
                "web-shop",
                "Web shop",
                new ManagedSystem.AlertMatch("system", "web-shop"),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);

        @Bean
        Catalogue catalogue() {
            return new Catalogue(List.of(SYSTEM), List.of());
        }

        @Bean
        Readiness readiness() {
            return mock(Readiness.class);
        }

        @Bean
        SnapshotParts snapshotParts() {
            return mock(SnapshotParts.class);
        }

        @Bean
        Planner planner() {
            return mock(Planner.class);
        }

        @Bean
        Snapshots snapshots() {
            return mock(Snapshots.class);
        }
    }

    @BeforeEach
    void nothingIsKnown() {
        reset(readiness, parts, snapshots);
    }

    @Test
    void whatIsMissingIsNamedWithItsRemedy() throws Exception {
        when(readiness.of(World.SYSTEM)).thenReturn(new Readiness.State("r1", "b1", List.of(RELEASE, LOCK)));

        assertThat(view(browserOf("vera"), "/systems").body())
                .contains("Web shop", "Not rollback-ready.", "package lock", "snapshot.packageLock.paths")
                .contains("&lt;b&gt;not&lt;/b&gt; there")
                .doesNotContain("<b>not</b>");
        assertThat(get("/api/systems", "vera").body())
                .contains("\"rollbackReady\":false", "\"part\":\"package lock\",\"state\":\"MISSING\"", "\"remedy\":");
    }

    @Test
    void aWholeSnapshotMakesItReady() throws Exception {
        when(readiness.of(World.SYSTEM)).thenReturn(new Readiness.State("r1", "b1", List.of(RELEASE)));

        assertThat(view(browserOf("vera"), "/systems").body())
                .contains("Rollback-ready.")
                .doesNotContain("Not rollback");
        assertThat(get("/api/systems", "vera").body()).contains("\"rollbackReady\":true");
    }

    @Test
    void thePageIsThereWhenTheEngineIsAway() throws Exception {
        when(readiness.of(World.SYSTEM)).thenThrow(new OutsideException("the docker engine is away"));

        assertThat(view(browserOf("vera"), "/systems").body())
                .contains("Cannot be told now", "the docker engine is away");
    }

    @Test
    void aSnapshotSaysWhichPartsItHas() {
        when(snapshots.find("SNAP-1"))
                .thenReturn(Optional.of(new Snapshots.Status(Snapshots.State.DONE, "r1", "b1", null)));
        when(parts.of("b1")).thenReturn(List.of(RELEASE, LOCK));

        assertThat(get("/api/snapshots/SNAP-1", "vera").body())
                .contains("\"state\":\"DONE\"", "\"rollbackReady\":false", "image ids of 2 services");
    }
}
