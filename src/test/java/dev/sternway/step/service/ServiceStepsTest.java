package dev.sternway.step.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.Service;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.ShopWorld;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Services stopped, started, awaited and proved. */
class ServiceStepsTest {
    private final ShopWorld world = ShopWorld.onReleaseOne();

    @Test
    void stopsOnceAndFindsItStoppedLater() {
        Step stop = new StopService(world.host);

        assertThat(stop.run(world.task("api")).outcome()).isEqualTo(Outcome.PROVED);
        assertThat(stop.run(world.task("api")).outcome()).isEqualTo(Outcome.ALREADY);

        assertThat(world.host.effects).containsExactly("stop shop-api");
    }

    @Test
    void neverStopsInfrastructure() {
        assertRefused(() -> new StopService(world.host).run(world.task("db")), ErrorCode.PLAN_OBSTACLE, "'db'");
        assertThat(world.host.named("shop-db").running).isTrue();
    }

    @Test
    void findsNothingToStopBetweenTheRenamesOfAnEarlierAttempt() {
        world.host.rename("shop-api", "shop-api.failed-" + ShopWorld.INCIDENT);
        assertThat(new StopService(world.host).run(world.task("api")).outcome()).isEqualTo(Outcome.ALREADY);

        world.host.containers.clear();
        assertRefused(
                () -> new StopService(world.host).run(world.task("api")), ErrorCode.CONTAINER_NOT_FOUND, "'shop-api'");
    }

    @Test
    void startsOnceAndFindsItRunningLater() {
        Step start = new StartService(world.host);
        world.host.named("shop-api").running = false;

        assertThat(start.run(world.task("api")).outcome()).isEqualTo(Outcome.PROVED);
        assertThat(start.run(world.task("api")).outcome()).isEqualTo(Outcome.ALREADY);

        assertThat(world.host.effects).containsExactly("start shop-api");
    }

    @Test
    void isReadyAfterGoodAnswersInARow() {
        world.probes.forget();
        for (int status : List.of(0, 503, 200, 503, 200, 200)) {
            world.probes.answer(ShopWorld.READY, status, "{}");
        }

        StepResult result = await(ShopWorld.system().service("api").ready());

        assertThat(result.seen()).isEqualTo("http://shop-api/ready answers 200, 2 times in a row, after 1000 ms");
        assertThat(world.progress).hasSize(5).contains("2 % http://shop-api/ready answers 503");
    }

    @Test
    void refusesWhatDoesNotBecomeReadyInTimeWithItsLastLines() {
        world.probes.forget();
        world.probes.answer(ShopWorld.READY, 503, "");
        world.host.named("shop-api").log = List.of("starting", "cannot reach the database");

        assertRefused(
                () -> await(ShopWorld.system().service("api").ready()),
                ErrorCode.SERVICE_NOT_READY,
                "service 'api' was not ready within PT10S; last seen: http://shop-api/ready answers 503");
        assertThatThrownBy(() -> await(ShopWorld.system().service("api").ready()))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.excerpt())
                                .as("for the evidence alone")
                                .isEqualTo("starting\ncannot reach the database"));
        assertThat(world.pace.elapsed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
    }

    @Test
    void refusesAtOnceWhatExits() {
        FakeContainerHost.Fake api = world.host.named("shop-api");
        api.running = false;
        api.exitCode = 7;

        assertRefused(
                () -> await(ShopWorld.system().service("api").ready()),
                ErrorCode.SERVICE_NOT_READY,
                "did not stay up; last seen: the container exited with code 7");
        assertThat(world.pace.elapsed()).isZero();
    }

    @Test
    void trustsTheContainersHealthWhereNothingElseIsKnown() {
        world.host.named("shop-api").health = "starting";
        assertRefused(() -> await(null), ErrorCode.SERVICE_NOT_READY, "health is 'starting'");

        world.host.named("shop-api").health = "healthy";
        assertThat(await(null).seen()).startsWith("the container's health is 'healthy'");

        world.host.named("shop-api").health = null;
        assertThat(await(null).seen()).startsWith("the container runs; it has no health check");
    }

    @Test
    void provesImageSettingsAndVersion() {
        StepResult result = prove();

        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(result.seen()).isEqualTo("image and settings are the recorded ones, it reports version '1.0'");
    }

    @Test
    void namesAllThatIsNotAsRecorded() {
        FakeContainerHost.Fake api = world.host.named("shop-api");
        api.imageId = ShopWorld.TWO;
        api.specification = FakeContainerHost.specification(Map.of("OFFERS", "on", "MODE", "fast"));
        world.probes.forget();
        world.probes.answer(ShopWorld.READY, 200, "{\"version\": \"2.0\"}");

        assertRefused(
                this::prove,
                ErrorCode.RELEASE_NOT_PROVED,
                "image is 'sha256:two'; setting Config.Env.MODE: another value; it reports version '2.0' instead of"
                        + " '1.0'");
    }

    private StepResult await(Service.Readiness ready) {
        return new AwaitServiceReady(world.host, world.probes, world.pace)
                .run(world.task("plan-1", "api", ShopWorld.system(ready)));
    }

    private StepResult prove() {
        return new ProveService(world.host, new RecordedReleases(world.releases), new ReportedVersion(world.probes))
                .run(world.task("api"));
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code, String text) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal).hasMessageContaining(text);
        });
    }
}
