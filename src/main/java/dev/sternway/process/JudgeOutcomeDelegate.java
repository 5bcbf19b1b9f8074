package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Verdict;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Writes the verdict of five parts into the ledger. */
@Component
class JudgeOutcomeDelegate implements JavaDelegate {
    private final Ledger ledger;
    private final IncidentNotices notices;

    JudgeOutcomeDelegate(Ledger ledger, IncidentNotices notices) {
        this.ledger = ledger;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        Verdict verdict = Verdict.of(ledger.of(incidentId));
        notices.judged(execution, verdict);
        String seen = verdict.parts().stream()
                .map(part -> part.part() + " " + part.result())
                .reduce((one, other) -> one + ", " + other)
                .orElse("no parts");
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.VERDICT,
                        "judgeOutcome",
                        "all five parts passed",
                        seen,
                        verdict.success() ? Evidence.Outcome.PROVED : Evidence.Outcome.NOT_MET)
                .of(Variable.SYSTEM_ID.get(execution), null, null)
                .with(verdict.details()));
    }
}
