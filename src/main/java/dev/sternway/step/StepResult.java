package dev.sternway.step;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.evidence.Evidence;

/**
 * What a step wanted and what it saw in the world afterwards.
 *
 * @param outcome {@code PROVED}, {@code ALREADY}, or for a measurement {@code NOT_MET} or {@code UNKNOWN}
 * @param details figures for programs and for gateways; never a secret
 */
public record StepResult(String wanted, String seen, Evidence.Outcome outcome, ObjectNode details) {
    public static StepResult proved(String wanted, String seen) {
        return new StepResult(wanted, seen, Evidence.Outcome.PROVED, JsonNodeFactory.instance.objectNode());
    }

    public static StepResult already(String wanted, String seen) {
        return new StepResult(wanted, seen, Evidence.Outcome.ALREADY, JsonNodeFactory.instance.objectNode());
    }

    public static StepResult notMet(String wanted, String seen) {
        return new StepResult(wanted, seen, Evidence.Outcome.NOT_MET, JsonNodeFactory.instance.objectNode());
    }

    public static StepResult unknown(String wanted, String seen) {
        return new StepResult(wanted, seen, Evidence.Outcome.UNKNOWN, JsonNodeFactory.instance.objectNode());
    }

    public StepResult with(String name, Object value) {
        ObjectNode copy = details.deepCopy();
        copy.putPOJO(name, value);
        return new StepResult(wanted, seen, outcome, copy);
    }
}
