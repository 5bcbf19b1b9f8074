package dev.sternway.step.toggle;

import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.OutsideException;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.service.PlannedIdentity;
import dev.sternway.step.service.Replacement;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Puts a container with the toggles switched in the running one's place, which is kept by name: a restart alone would
 * not load a changed variable.
 */
@Component
public class SwitchToggle implements Step {
    private final ContainerHost host;

    SwitchToggle(ContainerHost host) {
        this.host = host;
    }

    @Override
    public StepResult run(StepTask task) {
        ServiceToggles toggles = ServiceToggles.of(task);
        Replacement replacement = Replacement.ofToggle(host, task, toggles.service());
        replacement.requirePresent();
        String wanted = "container '" + toggles.service().container() + "' runs with " + toggles.text();
        Optional<Container> live = replacement.live();
        if (live.isPresent() && toggles.areOffIn(live.get())) {
            boolean ran = live.get().running();
            host.start(live.get().id());
            replacement.removeUnused();
            return described(
                    ran
                            ? StepResult.already(wanted, "it has them already")
                            : StepResult.proved(wanted, "it had them already and was started"),
                    replacement);
        }
        if (live.isPresent()) {
            PlannedIdentity.requireImage(task, "switchToggle", "imageId", live.get());
            PrepareToggle.prepare(replacement, toggles, host, live.get());
        }
        replacement.takePlace();
        if (replacement.live().filter(toggles::areOffIn).isEmpty()) {
            throw new OutsideException("container '" + toggles.service().container() + "' does not have "
                    + toggles.text() + " after the switch");
        }
        return described(StepResult.proved(wanted, "replaced and started"), replacement);
    }

    private static StepResult described(StepResult result, Replacement replacement) {
        return result.with("containerId", replacement.live().map(Container::id).orElse(null))
                .with("kept", replacement.kept().map(Container::name).orElse(null));
    }
}
