package dev.sternway.process;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.temporal.ChronoUnit;
import org.camunda.bpm.engine.delegate.BpmnError;

/** Turns refusals into what the engine understands. */
final class Refusals {
    private Refusals() {}

    /** For a service task: the error goes to the nearest boundary event, and a person chooses. */
    static BpmnError error(Refusal refusal) {
        String message = Variable.fitting(refusal.explanation());
        // The engine may keep the trace with all its messages: never one that says more than may be kept.
        return message.equals(refusal.explanation())
                ? new BpmnError(refusal.code().name(), message, refusal)
                : new BpmnError(refusal.code().name(), message);
    }

    /**
     * For a listener of a user task: the task stays, and its form shows the message. Never an error event here, it
     * would take the task away.
     */
    static RuntimeException rejection(ErrorCode code, String message, String hint) {
        return new TaskRejected(new Refusal(code, message, hint));
    }

    /** For whoever is second: who decided, and when. */
    static RuntimeException decided(TaskAnswers.Answer first) {
        boolean approved = Signature.APPROVE.equals(first.answer());
        String how = approved ? "approved" : Signature.REJECT.equals(first.answer()) ? "rejected" : "decided";
        String what = how.equals("decided") ? " (" + first.answer() + ")" : "";
        return rejection(
                approved ? ErrorCode.APPROVED_ALREADY : ErrorCode.DECIDED_ALREADY,
                how + " already by '" + first.userId() + "' at " + first.at().truncatedTo(ChronoUnit.SECONDS) + what,
                "nothing is left to do here; reload the task list.");
    }

    /** What a person typed into a form cannot be taken. */
    static final class TaskRejected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;

        TaskRejected(Refusal refusal) {
            super(refusal.code() + ": " + refusal.explanation(), refusal);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }
}
