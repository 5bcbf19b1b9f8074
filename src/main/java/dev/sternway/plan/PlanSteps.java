package dev.sternway.plan;

import dev.sternway.catalogue.Service;
import dev.sternway.plan.Plan.PlanStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The steps that plans of several levels have in common. */
final class PlanSteps {
    private PlanSteps() {}

    static PlanStep step(
            String step,
            String target,
            String now,
            String after,
            Duration estimate,
            Duration outage,
            Map<String, String> identity) {
        return new PlanStep(step, target, now, after, estimate, outage, new TreeMap<>(identity));
    }

    static PlanStep stop(Service service) {
        return step(
                "stopService",
                service.id(),
                "runs",
                "stopped, within " + service.stopGrace().toSeconds() + " s",
                Duration.ofSeconds(2),
                Duration.ZERO,
                Map.of());
    }

    static PlanStep ready(Service service) {
        return step(
                "awaitServiceReady",
                service.id(),
                "starts",
                "answers several times in a row",
                Duration.ofSeconds(5),
                Duration.ZERO,
                Map.of());
    }

    /** The other way round: what is started first is stopped last. */
    static List<Service> reversed(List<Service> services) {
        List<Service> copy = new ArrayList<>(services);
        Collections.reverse(copy);
        return copy;
    }
}
