package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.step.StepResult;
import dev.sternway.step.check.RunChecks;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Measures whether the level was enough; each check becomes an entry of its own, for the verdict. */
@Component
class RunChecksWorker extends StepWorker {
    private final RunChecks step;
    private final Ledger ledger;
    private final Incidents incidents;

    RunChecksWorker(StepRunner runner, RunChecks step, Ledger ledger, Incidents incidents) {
        super(runner, step);
        this.step = step;
        this.ledger = ledger;
        this.incidents = incidents;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        incidents.stands(context.incidentId(), Incidents.State.MEASURING, null);
        StepResult result = runner().measure(topic(), Evidence.Kind.MEASUREMENT, step, context);
        Integer level = (Integer) task.getVariables().get(Variable.LEVEL.name());
        result.details().path("checks").forEach(check -> ledger.append(entry(context, level, check)));
        String answer = switch (result.details().path("sufficient").asText()) {
            case "true" -> "YES";
            case "false" -> "NO";
            default -> "UNKNOWN";
        };
        return Map.of(Variable.SUFFICIENT.name(), answer, Variable.SITUATION.name(), Variable.fitting(result.seen()));
    }

    private Entry entry(StepContext context, Integer level, JsonNode check) {
        return Entry.fact(
                        context.incidentId(),
                        Evidence.Kind.MEASUREMENT,
                        topic(),
                        check.path("wanted").asText(),
                        check.path("seen").asText(),
                        Evidence.Outcome.valueOf(check.path("outcome").asText()))
                .of(context.systemId(), level, context.planSha256())
                .on(check.path("check").asText())
                .with(JsonNodeFactory.instance
                        .objectNode()
                        .put("check", check.path("check").asText())
                        .put("title", check.path("title").asText())
                        .put("part", check.path("part").asText()));
    }
}
