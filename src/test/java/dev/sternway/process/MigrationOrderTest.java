package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Alert;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A failed migration is mended forward first, then taken one step down; a restore comes last, and a person chooses it. */
@Tag("S4-28")
class MigrationOrderTest extends ProcessTest {
    private static final String CHOICE = "userTask_chooseNextStep";

    private String incident;

    @BeforeEach
    void oldCodeDoesNotRunOnTheNewSchema() {
        world.snapshot("kiosk");
        shop.upgrade();
        incident = world.alert("kiosk", Map.of("symptom", "migration_failed"), Alert.Status.FIRING);
        world.goOn();
        world.complete(
                "userTask_chooseAction",
                CARLA,
                Map.of("chosenAction", "ROLL_BACK", "reason", "the app cannot connect"));
    }

    @Test
    void theWayToTheRestoreAsksAPersonAndSaysTheOrder() {
        assertThat(world.process("rollback-system")).isWaitingAt(CHOICE);
        assertThat((String) world.variable("rollback-system", "situation"))
                .containsSubsequence(
                        "1. Mend it forward",
                        "2. Take one migration down: docker exec kiosk-api alembic downgrade -1",
                        "3. Restore the data, the last resort",
                        "SCHEMA_INCOMPATIBLE");
        assertThat(shop.touched()).isEmpty();
        assertThat(world.evidence(incident, "backUpStore")).isEmpty();
    }

    @Test
    void afterOneMigrationDownTheReleaseFitsAgain() {
        shop.store.databases.get("kiosk").schemaVersion = "1";

        world.complete(CHOICE, CARLA, Map.of("nextStep", "RETRY", "reason", "taken down by hand"));

        assertThat(world.plan(incident).level()).isEqualTo(2);
        assertThat(world.plan(incident).releaseId()).startsWith("kiosk@1.0");
    }

    @Test
    void theRestoreIsChosenByAPerson() {
        world.complete(CHOICE, CARLA, Map.of("nextStep", "NEXT_LEVEL", "reason", "it cannot be taken down"));

        assertThat(world.plan(incident).level()).isEqualTo(3);
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
    }
}
