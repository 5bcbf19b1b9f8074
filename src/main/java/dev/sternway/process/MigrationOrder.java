package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.RestoreReason;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.springframework.stereotype.Component;

/**
 * The order in which a failed migration is mended: forward first, then one migration down, a restore last (S4-28). The
 * way down is only told, never run: what it throws away nobody has measured, and nobody has agreed to.
 */
@Component
class MigrationOrder {
    private static final String CHOICE = "userTask_chooseNextStep";
    private static final int RELEASE = 2;

    private final Catalogue catalogue;

    MigrationOrder(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** True when a level must not be passed over by itself: the one after it restores data. */
    static boolean asksBeforeRestore(DelegateExecution execution) {
        return Variable.LEVEL.get(execution) == RELEASE && isFailed(Variable.RESTORE_REASON.find(execution));
    }

    private static boolean isFailed(String reason) {
        return RestoreReason.FAILED_MIGRATION.name().equals(reason);
    }

    /** What the form of the choice says first; empty for all others. */
    Optional<String> words(DelegateTask task) {
        return CHOICE.equals(task.getTaskDefinitionKey()) && isFailed(Variable.RESTORE_REASON.find(task))
                ? Optional.of(words(catalogue.find(Variable.SYSTEM_ID.get(task))))
                : Optional.empty();
    }

    private static String words(ManagedSystem system) {
        String down = system.services().stream()
                .filter(service -> service.migrationDown() != null)
                .map(service -> "docker exec " + service.container() + " " + String.join(" ", service.migrationDown()))
                .collect(Collectors.joining(", or "));
        return """
                A migration failed. In this order:
                1. Mend it forward: correct the migration and run it again, then choose 'Stop here'.
                2. Take one migration down: %s. Then choose 'Try this level again'. It throws away what the new schema \
                added; the data is not touched otherwise.
                3. Restore the data, the last resort: choose 'Go to the next level'.
                """.formatted(
                        down.isEmpty()
                                ? "the catalogue names no command, 'migrationDown' is missing at the service that has the"
                                        + " migrations"
                                : down);
    }
}
