package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Evidence;
import dev.sternway.step.StepResult;
import dev.sternway.step.backup.LookAtCopy;
import dev.sternway.step.store.LoadStoreBeside;
import java.time.Duration;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Loads a backup into a new database beside the live one, and looks whether the copy is whole. */
@Component
class LoadStoreBesideWorker extends StepWorker {
    private final LookAtCopy look;

    LoadStoreBesideWorker(StepRunner runner, LoadStoreBeside step, LookAtCopy look) {
        super(runner, step);
        this.look = look;
    }

    /** A copy that is not whole does not end the level: people see why, and may break the glass for it. */
    @Override
    Map<String, Object> proved(StepContext context, StepResult loaded) {
        JsonNode millis = loaded.details().path("loadMillis");
        Duration load = millis.isMissingNode() ? null : Duration.ofMillis(millis.asLong());
        runner().measure(ProvedBackup.LOOK, Evidence.Kind.MEASUREMENT, task -> look.run(task, load), context);
        return Map.of();
    }
}
