package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Plan;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.backup.LookAtCopy;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Whether the backup of a plan is proved: every store that it restores was loaded beside, by this incident or on trial,
 * and found whole. What is not proved nobody approves, unless a glass was broken for just this backup.
 */
@Component
class ProvedBackup {
    static final String LOOK = "lookAtCopy";
    private static final String LOAD = "loadStoreBeside";

    private final Ledger ledger;
    private final BrokenGlasses glasses;

    ProvedBackup(Ledger ledger, BrokenGlasses glasses) {
        this.ledger = ledger;
        this.glasses = glasses;
    }

    /** Why the plan's backup is not proved; empty when it is, and for a plan that restores none. */
    Optional<String> missing(Plan plan) {
        List<String> stores = plan.targets(LOAD);
        if (stores.isEmpty()) {
            return Optional.empty();
        }
        List<Evidence> looks = ledger.of(plan.incidentId()).stream()
                .filter(entry -> LOOK.equals(entry.step()) && plan.sha256().equals(entry.planSha256()))
                .toList();
        return stores.stream()
                .map(store -> missing(looks, store))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> missing(List<Evidence> looks, String store) {
        Optional<Evidence> last =
                looks.stream().filter(entry -> store.equals(entry.target())).reduce((first, second) -> second);
        if (last.isEmpty()) {
            return Optional.of("nobody has looked yet whether the copy of store '" + store + "' is whole");
        }
        return last.get().details().path(LookAtCopy.WHOLE).asBoolean()
                ? Optional.empty()
                : Optional.of(last.get().seen());
    }

    /** True once every copy of the plan was looked at, whatever that has shown. */
    boolean isKnown(Plan plan) {
        List<String> seen = ledger.of(plan.incidentId()).stream()
                .filter(entry -> LOOK.equals(entry.step()) && plan.sha256().equals(entry.planSha256()))
                .map(Evidence::target)
                .toList();
        return seen.containsAll(plan.targets(LOAD));
    }

    /** @throws Refusal {@link ErrorCode#BACKUP_NOT_PROVED} unless it is proved or a glass was broken for it */
    void require(Plan plan) {
        missing(plan)
                .filter(why -> !glasses.accept(plan.incidentId(), plan.backupId()))
                .ifPresent(why -> {
                    throw new Refusal(
                            ErrorCode.BACKUP_NOT_PROVED,
                            "backup '" + plan.backupId() + "' is not proved: " + why,
                            "reject this and choose 'this level again' for the backup before it, or have the glass"
                                    + " broken for this one: ./sternway incident break-glass " + plan.incidentId()
                                    + " --reason TEXT");
                });
    }

    /** What the form says of it, a line; nothing for a plan that restores none. */
    String words(Plan plan) {
        if (plan.targets(LOAD).isEmpty()) {
            return "";
        }
        String name = "Backup '" + plan.backupId() + "' ";
        return missing(plan)
                        .map(why -> name + "IS NOT PROVED: " + why + ". "
                                + (glasses.accept(plan.incidentId(), plan.backupId())
                                        ? "The glass was broken for it."
                                        : "It can be approved only after somebody breaks the glass for it on the"
                                                + " incident's page."))
                        .orElse(name + "is proved: loaded beside, and whole.")
                + System.lineSeparator();
    }
}
