package dev.sternway.step.toggle;

import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.service.PlannedIdentity;
import dev.sternway.step.service.Replacement;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Creates, and does not start, a container with the toggles switched beside the running one. */
@Component
public class PrepareToggle implements Step {
    private final ContainerHost host;

    PrepareToggle(ContainerHost host) {
        this.host = host;
    }

    @Override
    public StepResult run(StepTask task) {
        ServiceToggles toggles = ServiceToggles.of(task);
        Replacement replacement = Replacement.ofToggle(host, task, toggles.service());
        replacement.requirePresent();
        String wanted = "container '" + replacement.besideName() + "' stands beside '"
                + toggles.service().container() + "', with " + toggles.text() + " and all else as it is";
        Optional<Container> live = replacement.live();
        if (live.isEmpty()) {
            return StepResult.already(wanted, "the old container was renamed already");
        }
        if (toggles.areOffIn(live.get())) {
            return StepResult.already(wanted, "the running container has it already");
        }
        PlannedIdentity.requireImage(task, "prepareToggle", "imageId", live.get());
        return prepare(replacement, toggles, host, live.get())
                ? StepResult.proved(wanted, "created, no setting is lost")
                : StepResult.already(wanted, "it was there already, no setting is lost");
    }

    /** True when it was created now. */
    static boolean prepare(Replacement replacement, ServiceToggles toggles, ContainerHost host, Container live) {
        replacement.requireImage(live.imageName(), live.imageId());
        return replacement.create(live.imageId(), host.specification(live.id()), toggles.off());
    }
}
