package dev.sternway.step.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.plan.BackupNeeds;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.ShopWorld;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images that somebody may go back to are kept from being pruned, the others let go (A.7.8). */
@Tag("S4-32")
class KeepImagesTest {
    private final FakeContainerHost host = new FakeContainerHost();
    private final ReleaseLedger releases = mock(ReleaseLedger.class);
    private final BackupLedger backups = mock(BackupLedger.class);
    private final BackupNeeds needs = mock(BackupNeeds.class);
    private final KeepImages step = new KeepImages(host, releases, backups, needs);
    private final ManagedSystem system = ShopWorld.system();
    private final List<Release> known = new ArrayList<>();

    @BeforeEach
    void eightReleases() {
        when(backups.directory()).thenReturn(Path.of("/var/backups"));
        when(backups.list(any())).thenReturn(List.of());
        when(needs.plannedReleases(any())).thenReturn(List.of());
        when(releases.list(system.id())).thenReturn(known);
        for (int number = 8; number >= 1; number--) {
            known.add(release(number));
            host.images.add("sha256:" + number);
            step.keep(release(number));
        }
    }

    private Release release(int number) {
        return new Release(
                "shop@" + number + "#" + number,
                system.id(),
                "" + number,
                Instant.EPOCH,
                Map.of(
                        "api",
                        new Release.RecordedService(
                                "sha256:" + number, "api:" + number, null, JsonNodeFactory.instance.objectNode())),
                Map.of());
    }

    private Stream<String> kept() {
        return host.kept.stream().map(each -> each.replaceFirst(".*sha256:", ""));
    }

    @Test
    void keepsTheNewestFiveAndLetsTheOthersGo() {
        assertThat(step.settle(List.of(system))).containsExactlyInAnyOrder("sha256:1", "sha256:2", "sha256:3");

        assertThat(kept()).containsExactlyInAnyOrder("4", "5", "6", "7", "8");
        assertThat(step.settle(List.of(system))).isEmpty();
    }

    @Test
    void keepsWhatABackupSetOrAPlanOfAnOpenIncidentNeeds() {
        when(backups.list(system.id()))
                .thenReturn(List.of(new BackupSet(
                        "set", system.id(), BackupSet.Purpose.PRE_UPGRADE, "shop@1#1", Instant.EPOCH, List.of())));
        when(needs.plannedReleases(system.id())).thenReturn(List.of("shop@2#2"));

        assertThat(step.settle(List.of(system))).containsExactly("sha256:3");
        assertThat(kept()).contains("1", "2").doesNotContain("3");
    }

    @Test
    void keepsAgainWhatSomebodyTookAwayButNotWhatIsGone() {
        host.kept.clear();
        host.images.remove("sha256:8");

        step.settle(List.of(system));

        assertThat(kept()).containsExactlyInAnyOrder("4", "5", "6", "7");
    }

    @Test
    void leavesAnotherSternwaysImagesAlone() {
        host.kept.add("another/sha256:1");

        step.settle(List.of(system));

        assertThat(host.kept).contains("another/sha256:1");
    }
}
