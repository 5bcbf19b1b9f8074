package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.port.ErrorCode;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes a person's choice of what is done about an incident that no rule rolls back by itself. */
@Component
class RecordActionListener implements TaskListener {
    private static final List<String> CHOICES = List.of("ROLL_BACK", "MONITOR", "FIX_FORWARD");

    private final Signature signature;
    private final Incidents incidents;
    private final LedgerOutbox outbox;
    private final IncidentNotices notices;

    RecordActionListener(Signature signature, Incidents incidents, LedgerOutbox outbox, IncidentNotices notices) {
        this.signature = signature;
        this.incidents = incidents;
        this.outbox = outbox;
        this.notices = notices;
    }

    @Override
    public void notify(DelegateTask task) {
        Signers.Signer signer = signature.signer(task);
        String user = signer.id();
        String incidentId = task.getExecution().getProcessBusinessKey();
        String choice = Variable.CHOSEN_ACTION.find(task);
        if (choice == null || !CHOICES.contains(choice)) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING, "the choice is '" + choice + "'", "choose one of " + CHOICES + ".");
        }
        signature.answer(task, signer, choice);
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.DECISION,
                        "chooseAction",
                        "a person decides",
                        Signature.chose(task, user, choice),
                        Evidence.Outcome.NOTED)
                .by(user));
        if (!choice.equals("FIX_FORWARD")) {
            notices.decided(incidentId, choice, Variable.SEVERITY.find(task), "chosen by " + user, false);
        }
        Incidents.State next = choice.equals("MONITOR") ? Incidents.State.MONITORING : Incidents.State.PLANNING;
        incidents.stands(incidentId, next, null);
    }
}
