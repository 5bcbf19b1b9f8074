package dev.sternway.plan;

import static dev.sternway.plan.PlanSteps.ready;
import static dev.sternway.plan.PlanSteps.step;
import static dev.sternway.plan.PlanSteps.stop;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Toggle;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Plans level 1: features are switched off, and proved off. */
final class TogglePlanner {
    private final RecordedServices services;

    TogglePlanner(RecordedServices services) {
        this.services = services;
    }

    Draft draft(PlanRequest request) {
        ManagedSystem system = request.system();
        Reach reach = Reach.of(request);
        List<Toggle> toggles = system.toggles().stream()
                .filter(toggle -> request.feature() == null || toggle.id().equals(request.feature()))
                .filter(toggle -> reach.changes(system.service(toggle.service())))
                .toList();
        if (toggles.isEmpty()) {
            throw new LevelSkipped(
                    ErrorCode.NO_TOGGLE,
                    (reach.isPartial() ? "service '" + reach.only().id() + "' of system '" : "system '")
                            + system.id() + "' has no toggle"
                            + (request.feature() == null ? "" : " '" + request.feature() + "'"));
        }
        List<PlanStep> steps = new ArrayList<>();
        Map<String, List<Toggle>> byService =
                toggles.stream().collect(Collectors.groupingBy(Toggle::service, TreeMap::new, Collectors.toList()));
        boolean anythingOn = false;
        for (Map.Entry<String, List<Toggle>> entry : byService.entrySet()) {
            Service service = system.service(entry.getKey());
            Container container = services.container(service);
            Map<String, String> off = new TreeMap<>();
            entry.getValue().forEach(toggle -> off.put(toggle.environment(), toggle.off()));
            Map<String, String> on = new TreeMap<>();
            off.keySet().forEach(name -> on.put(name, container.environment().getOrDefault(name, "(not set)")));
            anythingOn |= !on.equals(off);
            String ids = entry.getValue().stream().map(Toggle::id).collect(Collectors.joining(","));
            Map<String, String> identity = Map.of("imageId", container.imageId(), "toggles", ids);
            String id = service.id();
            steps.add(step(
                    "prepareToggle",
                    id,
                    "'" + service.container() + "' runs",
                    "a switched copy is beside it, not started",
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    identity));
            steps.add(stop(service));
            steps.add(step(
                    "switchToggle",
                    id,
                    shown(on),
                    shown(off),
                    Duration.ofSeconds(1),
                    service.stopGrace().plusSeconds(5),
                    identity));
            steps.add(ready(service));
            steps.add(step(
                    "proveToggle",
                    id,
                    "not proved",
                    "proved inside the process and in the behaviour",
                    Duration.ofSeconds(2),
                    Duration.ZERO,
                    identity));
        }
        if (!anythingOn) {
            throw new LevelSkipped(
                    ErrorCode.NO_TOGGLE,
                    "the toggles " + toggles.stream().map(Toggle::id).toList() + " are off already");
        }
        return new Draft(null, null, steps);
    }

    private static String shown(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
