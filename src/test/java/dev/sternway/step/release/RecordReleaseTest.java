package dev.sternway.step.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.ShopWorld;
import dev.sternway.step.service.ReportedVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordReleaseTest {
    private final ShopWorld world = ShopWorld.onReleaseOne();
    private final FakeDataStore store = new FakeDataStore("shop");
    private final RecordRelease recordRelease = new RecordRelease(
            world.host, new DataStores(List.of(store)), world.releases, new ReportedVersion(world.probes));

    @Test
    void recordsImagesSettingsAndSchemaVersionsOfAllButTheInfrastructure() {
        store.answers.put("select version", "7");

        Release release = recordRelease.record(system(), "1.0");

        assertThat(release.id()).isEqualTo("shop@1.0#2");
        assertThat(release.services()).containsOnlyKeys("api");
        assertThat(release.services().get("api").imageId()).isEqualTo(ShopWorld.ONE);
        assertThat(release.services().get("api").specification()).isEqualTo(world.host.named("shop-api").specification);
        assertThat(release.schemaVersions()).containsEntry("orders", "7");
        assertThat(world.releases.latest("shop")).contains(release);
        assertThat(world.host.effects).isEmpty();
    }

    @Test
    void refusesWhatDoesNotRun() {
        world.host.named("shop-api").running = false;

        assertThatThrownBy(() -> recordRelease.record(system(), "1.0"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.CONTAINER_NOT_FOUND));
    }

    @Test
    void refusesAVersionThatIsNotTheOneRunning() {
        assertThatThrownBy(() -> recordRelease.record(system(), "2.0"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.RELEASE_NOT_PROVED);
                    assertThat(refusal).hasMessageContaining("reports version '1.0', to be recorded as '2.0'");
                });
        assertThat(world.releases.list("shop")).hasSize(1);
    }

    private static ManagedSystem system() {
        ManagedSystem plain = ShopWorld.system();
        return new ManagedSystem(
                plain.id(),
                plain.title(),
                plain.alerts(),
                plain.prometheus(),
                plain.services(),
                List.of(new Store(
                        "orders",
                        Store.Kind.POSTGRESQL,
                        "db",
                        "localhost",
                        5432,
                        "shop",
                        "shop",
                        null,
                        "select version",
                        true)),
                plain.toggles(),
                plain.checks(),
                plain.budgets(),
                plain.windows());
    }
}
