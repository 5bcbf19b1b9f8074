package dev.sternway.step.store;

import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;

/** Whether people have allowed what a destructive step is about to do. */
@FunctionalInterface
public interface ApprovalCheck {

    /**
     * Returns when two different people approved the task's plan, both rows are valid now, and the loss measured last
     * is not above the bound that they approved.
     *
     * @throws Refusal with {@code APPROVAL_MISSING}, {@code APPROVAL_EXPIRED}, {@code LOSS_NOT_MEASURED} or
     *     {@code LOSS_ABOVE_APPROVED}
     */
    void require(StepTask task);
}
