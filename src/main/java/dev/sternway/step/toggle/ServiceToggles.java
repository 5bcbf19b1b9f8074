package dev.sternway.step.toggle;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Toggle;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import dev.sternway.step.service.PlannedIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The toggles of one service, switched together: the container is recreated once. */
record ServiceToggles(Service service, List<Toggle> toggles) {

    /** The toggles that the plan names for the service; all of the service's where it names none. */
    static ServiceToggles of(StepTask task) {
        ManagedSystem system = task.system();
        Optional<List<String>> planned =
                PlannedIdentity.of(task, "switchToggle", "toggles").map(ids -> List.of(ids.split(",")));
        List<Toggle> toggles = system.toggles().stream()
                .filter(toggle -> toggle.service().equals(task.target()))
                .filter(toggle -> planned.isEmpty() || planned.get().contains(toggle.id()))
                .toList();
        if (toggles.isEmpty() || planned.isPresent() && planned.get().size() != toggles.size()) {
            throw new Refusal(
                    ErrorCode.NO_TOGGLE,
                    "service '" + task.target() + "' of system '" + system.id() + "' does not have the toggles "
                            + planned.map(Object::toString).orElse("that the plan needs"),
                    "make a new plan, or describe the toggles in the catalogue.");
        }
        return new ServiceToggles(system.service(task.target()), toggles);
    }

    /** The variables as they turn the features off. */
    Map<String, String> off() {
        Map<String, String> off = new TreeMap<>();
        toggles.forEach(toggle -> off.put(toggle.environment(), toggle.off()));
        return off;
    }

    boolean areOffIn(Container container) {
        return off().entrySet().stream()
                .allMatch(each -> each.getValue().equals(container.environment().get(each.getKey())));
    }

    /** {@code FEATURE=off, OTHER=false} for people. */
    String text() {
        return off().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
