package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.time.Duration;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Writes down that a level's budget is three quarters used, or spent. */
@Component
class RecordBudgetDelegate implements JavaDelegate {
    private final Ledger ledger;
    private final IncidentNotices notices;

    RecordBudgetDelegate(Ledger ledger, IncidentNotices notices) {
        this.ledger = ledger;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Duration budget = Duration.parse(Variable.BUDGET.get(execution));
        Duration used = Duration.between(Variable.levelStartedAt(execution), Variable.now());
        boolean spent = used.compareTo(budget) >= 0;
        int level = Variable.LEVEL.get(execution);
        notices.budget(execution, level, used, budget, spent);
        ledger.append(Entry.fact(
                        execution.getProcessBusinessKey(),
                        Evidence.Kind.BUDGET,
                        "recordBudget",
                        "level " + level + " proved within " + budget.toSeconds() + " s",
                        spent
                                ? "the budget of " + budget.toSeconds() + " s is spent, the level goes on"
                                : used.toSeconds() + " s of " + budget.toSeconds() + " s are used",
                        spent ? Evidence.Outcome.NOT_MET : Evidence.Outcome.NOTED)
                .of(Variable.SYSTEM_ID.get(execution), level, Variable.PLAN_SHA256.find(execution))
                .with(JsonNodeFactory.instance
                        .objectNode()
                        .put("budgetSeconds", budget.toSeconds())
                        .put("usedSeconds", used.toSeconds())
                        .put("spent", spent)));
    }
}
