package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Salvages;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.Signers.Signer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes a person's choice of rows to bring back; he becomes the one who asked, and another one must agree. */
@Component
class ChooseSalvageListener implements TaskListener {
    static final String SALVAGE = "SALVAGE";
    static final String NOTHING = "NOTHING";
    static final String LOOK_AGAIN = "LOOK_AGAIN";
    static final String ALL = "ALL";
    static final String ONLY_MISSING = "ONLY_MISSING";

    private final Signature signature;
    private final Salvages salvages;
    private final Ledger ledger;
    private final LedgerOutbox outbox;

    ChooseSalvageListener(Signature signature, Salvages salvages, Ledger ledger, LedgerOutbox outbox) {
        this.signature = signature;
        this.salvages = salvages;
        this.ledger = ledger;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Signer signer = signature.signer(task);
        String choice = Variable.DECISION.find(task);
        if (choice == null || !Set.of(SALVAGE, NOTHING, LOOK_AGAIN).contains(choice)) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING,
                    "the choice is '" + choice + "'",
                    "choose one of SALVAGE, NOTHING and LOOK_AGAIN.");
        }
        String incidentId = task.getExecution().getProcessBusinessKey();
        String what = choice.equals(SALVAGE) ? chosen(task, signer, incidentId) : choice;
        signature.answer(task, signer, choice);
        Variable.SALVAGE_STEP.decide(task, choice);
        Variable.SALVAGE_NOTE.decide(task, null);
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.DECISION,
                        "chooseSalvage",
                        "a person decides",
                        Signature.chose(task, signer.id(), what),
                        Evidence.Outcome.NOTED)
                .by(signer.id())
                .of(Variable.SYSTEM_ID.get(task), null, null));
    }

    private String chosen(DelegateTask task, Signer signer, String incidentId) {
        String rows = Variable.CHOSEN_ROWS.find(task);
        if (!ALL.equals(rows) && !ONLY_MISSING.equals(rows)) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING,
                    "which rows is '" + rows + "'",
                    "choose ONLY_MISSING, or ALL to overwrite rows that are live with other values.");
        }
        boolean onlyMissing = rows.equals(ONLY_MISSING);
        SalvageOffer.Chosen chosen;
        try {
            chosen = SalvageLooks.last(ledger, incidentId)
                    .map(look -> SalvageOffer.of(look.details()))
                    .orElseThrow(() ->
                            new Refusal(ErrorCode.SALVAGE_CHOICE_INVALID, "nothing was looked for yet", "look again."))
                    .choose(names(Variable.CHOSEN_TABLES.find(task)), onlyMissing);
        } catch (Refusal refusal) {
            throw Refusals.rejection(refusal.code(), refusal.getMessage(), refusal.hint());
        }
        String systemId = Variable.SYSTEM_ID.get(task);
        long id = salvages.choose(
                incidentId, systemId, chosen.store(), chosen.tables(), onlyMissing, chosen.rows(), signer.id());
        String text = "%s of store %s: %s, at most %s"
                .formatted(
                        String.join(", ", chosen.tables()),
                        chosen.store(),
                        onlyMissing
                                ? "only rows that are missing"
                                : "missing rows, and rows with other values get the failed database's",
                        Words.some(chosen.rows(), "row"));
        Variable.SALVAGE_ID.decide(task, id);
        Variable.SALVAGE_CHOICE.decide(task, text);
        Variable.REQUESTED_BY.decide(task, signer.id());
        Variable.APPROVED.decide(task, false);
        return text;
    }

    private static List<String> names(String typed) {
        return typed == null
                ? List.of()
                : Arrays.stream(typed.split("[,;\\n]+"))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .toList();
    }
}
