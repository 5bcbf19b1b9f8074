package dev.sternway.process;

import dev.sternway.port.OutsideException;
import dev.sternway.port.Redaction;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.camunda.bpm.engine.delegate.BpmnError;

/** What failed, as the engine may keep it: job and external task store the whole trace, and people read it in Cockpit. */
final class Traces {
    private Traces() {}

    static String of(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return Redaction.of(trace.toString());
    }

    /** The failure itself when its messages hold no secret, else one with its place and without them. */
    static Exception withoutSecrets(Exception failure) {
        boolean clean = true;
        for (Throwable cause = failure; cause != null && clean; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            clean = message.equals(Redaction.of(message));
        }
        if (clean) {
            return failure;
        }
        Exception replaced = failure instanceof BpmnError error
                ? new BpmnError(error.getErrorCode(), Redaction.of(error.getMessage()))
                : new OutsideException(failure.getClass().getSimpleName() + ": " + Redaction.of(failure.getMessage()));
        replaced.setStackTrace(failure.getStackTrace());
        return replaced;
    }
}
