package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Evidence;
import dev.sternway.step.StepResult;
import dev.sternway.step.salvage.RowSalvages;
import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Looks what could be brought back from the databases that a restore put aside. */
@Component
class FindLostRowsWorker extends StepWorker {
    private final RowSalvages salvages;

    FindLostRowsWorker(StepRunner runner, RowSalvages salvages) {
        super(runner, task -> StepResult.unknown("lost rows are looked for", "it was not told where"));
        this.salvages = salvages;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        JsonNode details = runner().measure(
                        topic(),
                        Evidence.Kind.MEASUREMENT,
                        step -> salvages.find(step.incidentId(), step.system(), step.progress()),
                        context)
                .details();
        Map<String, Object> variables = new HashMap<>();
        variables.put(Variable.SALVAGE_ROWS.name(), details.path("rows").asLong());
        variables.put(Variable.SALVAGE_NOTE.name(), null);
        variables.put(Variable.SALVAGE_CHOICE.name(), null);
        variables.put(
                Variable.SALVAGE_SUMMARY.name(),
                Variable.fitting(SalvageOffer.of(details).text()));
        return variables;
    }
}
