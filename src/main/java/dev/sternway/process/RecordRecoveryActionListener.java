package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.port.ErrorCode;
import dev.sternway.process.Signers.Signer;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes what a person did about a loss of data: who, when, what (S4-18). */
@Component
class RecordRecoveryActionListener implements TaskListener {
    private static final Set<String> DONE = Set.of("DONE", "NOT_NEEDED");
    private static final Map<String, Set<String>> CHOICES = Map.of(
            "userTask_notifyUsers", DONE,
            "userTask_reviewLostTransactions", DONE,
            "userTask_judgeManualRecovery", Set.of("NEEDED", "NOT_NEEDED"));

    private final Signature signature;
    private final LedgerOutbox outbox;

    RecordRecoveryActionListener(Signature signature, LedgerOutbox outbox) {
        this.signature = signature;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Signer signer = signature.signer(task);
        String choice = Variable.DECISION.find(task);
        Set<String> choices = CHOICES.get(task.getTaskDefinitionKey());
        if (choice == null || !choices.contains(choice)) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING,
                    "the choice is '" + choice + "'",
                    "choose one of " + choices.stream().sorted().toList() + ".");
        }
        String reason = Variable.REASON.find(task);
        if (reason == null || reason.isBlank()) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING,
                    "it is not said what was done, or why nothing has to be",
                    "say it in a few words: it stands in the report.");
        }
        signature.answer(task, signer, choice);
        outbox.append(Entry.fact(
                        task.getExecution().getProcessBusinessKey(),
                        Evidence.Kind.NOTE,
                        task.getTaskDefinitionKey().replaceFirst("^userTask_", ""),
                        "a person says what is done about the loss of data",
                        Signature.chose(task, signer.id(), choice),
                        Evidence.Outcome.NOTED)
                .by(signer.id())
                .of(Variable.SYSTEM_ID.get(task), null, null)
                .with(JsonNodeFactory.instance
                        .objectNode()
                        .put("choice", choice)
                        .put("text", reason.strip())
                        .put("group", signer.as())));
    }
}
