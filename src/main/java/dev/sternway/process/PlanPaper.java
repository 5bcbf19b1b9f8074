package dev.sternway.process;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sternway.decision.Scope;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Plan;
import org.springframework.stereotype.Component;

/** A plan as people read it in a form, and as programs read it in the ledger. */
@Component
class PlanPaper {
    private final Words words = new Words();
    private final JsonMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    String summary(Plan plan) {
        StringBuilder text = new StringBuilder((plan.swapsBack() ? "Swap back" : "Level " + plan.level()) + " for '"
                + plan.systemId() + "', estimated " + words.duration(plan.estimate()) + " of "
                + words.duration(plan.budget()) + "\n");
        if (plan.estimate().compareTo(plan.budget()) > 0) {
            text.append("This will probably not fit into its time\n");
        }
        if (plan.scope() == Scope.PARTIAL_SERVICE) {
            text.append("Only service '").append(plan.service()).append("', and what depends on it is restarted\n");
        } else if (plan.scope() != Scope.FULL) {
            String only = switch (plan.scope()) {
                case CONFIGURATION -> "settings";
                case UI -> "front end";
                default -> "data";
            };
            text.append("Only the ").append(only).append(": the services keep the images that they run on\n");
        }
        if (plan.releaseId() != null) {
            text.append("Back to release ").append(plan.releaseId()).append('\n');
        }
        if (plan.backupId() != null) {
            text.append("Back to backup ").append(plan.backupId()).append('\n');
        }
        int number = 1;
        for (Plan.PlanStep step : plan.steps()) {
            text.append(number++)
                    .append(". ")
                    .append(words.plain(step.step()))
                    .append(' ')
                    .append(step.target())
                    .append(": ")
                    .append(step.now())
                    .append(" → ")
                    .append(step.after());
            if (!step.outage().isZero()) {
                text.append(" (outage about ")
                        .append(words.duration(step.outage()))
                        .append(')');
            }
            text.append('\n');
        }
        return text.toString();
    }

    ObjectNode details(Plan plan) {
        return json.valueToTree(plan);
    }
}
