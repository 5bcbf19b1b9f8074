package dev.sternway.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Toggle;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plan.PlanStep;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A small shop in memory whose release 2 is bad; release 1 is recorded. */
public final class ShopWorld {
    public static final String INCIDENT = "INC-2026-0001";
    public static final URI READY = URI.create("http://shop-api/ready");
    public static final URI OFFERS = URI.create("http://shop-api/offers");
    public static final String ONE = "sha256:one";
    public static final String TWO = "sha256:two";
    public static final String RELEASE = "shop@1.0#1";

    public final FakeContainerHost host = new FakeContainerHost();
    public final FakeHttpProbes probes = new FakeHttpProbes();
    public final MemoryReleases releases = new MemoryReleases();
    public final FakePace pace = new FakePace();
    public final List<String> progress = new ArrayList<>();

    public ShopWorld() {
        host.images.add(ONE);
        host.run("shop-db", "sha256:db", Map.of());
        host.run("shop-api", TWO, Map.of("OFFERS", "on", "MODE", "fast"));
        probes.answer(READY, 200, "{\"version\": \"1.0\"}");
        ObjectNode specification = FakeContainerHost.specification(Map.of("OFFERS", "on", "MODE", "safe"));
        releases.save(new Release(
                RELEASE,
                "shop",
                "1.0",
                FakePace.BEGIN,
                Map.of("api", new RecordedService(ONE, "shop-api:1.0", null, specification)),
                Map.of()));
    }

    /** The same shop, where release 1 is what runs. */
    public static ShopWorld onReleaseOne() {
        ShopWorld world = new ShopWorld();
        FakeContainerHost.Fake api = world.host.named("shop-api");
        api.imageId = ONE;
        api.specification = FakeContainerHost.specification(Map.of("OFFERS", "on", "MODE", "safe"));
        return world;
    }

    public static ManagedSystem system() {
        return system(new Service.Readiness(READY, Duration.ofSeconds(10), 2, "/version"));
    }

    public static ManagedSystem system(Service.Readiness ready) {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                null,
                List.of(
                        new Service("db", "shop-db", List.of(), List.of(), true, Duration.ofSeconds(10), null),
                        new Service("api", "shop-api", List.of("db"), List.of(), false, Duration.ofSeconds(3), ready)),
                List.of(),
                List.of(
                        new Toggle("offers", "Offers", "api", "OFFERS", "off", List.of(offersAreOff())),
                        new Toggle("search", "Search", "api", "SEARCH", "old", List.of())),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private static Check.HttpProbe offersAreOff() {
        return new Check.HttpProbe(OFFERS, "GET", null, 200, Map.of("/state", "off"));
    }

    public StepTask task(String target) {
        return task("plan-1", target, system());
    }

    public StepTask task(String planSha256, String target, ManagedSystem system, PlanStep... steps) {
        Plan plan = new Plan(
                planSha256,
                INCIDENT,
                "shop",
                2,
                RELEASE,
                null,
                List.of(steps),
                Duration.ofMinutes(15),
                Duration.ZERO,
                FakePace.BEGIN);
        return new StepTask(
                INCIDENT,
                system,
                plan,
                target,
                FakePace.BEGIN,
                (percent, doing) -> progress.add(percent + " % " + doing));
    }

    public static PlanStep planned(String step, String target, Map<String, String> identity) {
        return new PlanStep(step, target, "", "", Duration.ZERO, Duration.ZERO, identity);
    }
}
