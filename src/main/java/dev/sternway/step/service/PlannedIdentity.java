package dev.sternway.step.service;

import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import java.util.Objects;
import java.util.Optional;

/** What the plan saw must still be so when it is carried out. */
public final class PlannedIdentity {
    private PlannedIdentity() {}

    /** A value that the plan observed for the task's target. */
    public static Optional<String> of(StepTask task, String step, String key) {
        return task.plan().steps().stream()
                .filter(each ->
                        each.step().equalsIgnoreCase(step) && task.target().equals(each.target()))
                .filter(each -> each.identity() != null)
                .map(each -> each.identity().get(key))
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Refuses when the container is on another image than the plan saw under the key. */
    public static void requireImage(StepTask task, String step, String key, Container live) {
        of(task, step, key).filter(planned -> !planned.equals(live.imageId())).ifPresent(planned -> {
            throw new Refusal(
                    ErrorCode.PLAN_CHANGED,
                    "container '" + live.name() + "' is on image '" + live.imageId() + "', the plan was made for '"
                            + planned + "'",
                    "make a new plan and have it approved.");
        });
    }
}
