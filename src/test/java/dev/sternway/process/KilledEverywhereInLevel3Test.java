package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.RollbackSystemTest.phrase;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence;
import dev.sternway.process.FakeShop.Harm;
import dev.sternway.step.FakeContainerHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Every job and every external task of level 3 dies three times before it comes to its end: before its first effect,
 * right after it, and when all is done and written down but the engine has not committed. The restore ends as if nothing
 * had been, each effect once.
 */
@Tag("S0-15")
class KilledEverywhereInLevel3Test extends ProcessTest {
    private static final String WORKER = "killed";
    private static final int MOST_UNITS = 300;

    @Autowired
    ManagementService management;

    @Autowired
    ExternalTaskService externalTasks;

    @Autowired
    ExternalTaskWorkers workers;

    @Autowired
    PlatformTransactionManager transactions;

    private final List<String> kills = new ArrayList<>();

    /** Where the program dies. */
    private enum Where {
        BEFORE_EFFECT,
        AFTER_EFFECT,
        BEFORE_COMMIT
    }

    /** The death of the program. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** What the engine does in one transaction. */
    private record Unit(String name, Runnable run, Runnable reviveAfter) {}

    @BeforeEach
    void rowsAreDamaged() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.ROWS);
    }

    @Test
    void endsAsIfNothingHadBeen() {
        String failed = shop.live().identity;
        String incident = world.alert(CORRUPTION);

        goOnThroughDeaths();
        world.submit("userTask_confirmDataLoss", CARLA, phrase());
        goOnThroughDeaths();
        world.submit("userTask_approveDataLoss", THEO, Map.of("decision", "APPROVE"));
        goOnThroughDeaths();
        world.goOn();

        assertThat(kills)
                .as("places of death")
                .hasSizeGreaterThan(30)
                .contains(
                        "BEFORE_EFFECT backUp orders",
                        "AFTER_EFFECT backUp orders",
                        "BEFORE_EFFECT loadBeside",
                        "AFTER_EFFECT loadBeside",
                        "BEFORE_EFFECT swap",
                        "AFTER_EFFECT swap",
                        "BEFORE_COMMIT swapStore",
                        "BEFORE_COMMIT proveStore");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(shop.live().identity).isNotEqualTo(failed);
        assertThat(shop.store.done.stream().filter(each -> each.startsWith("swap ")))
                .hasSize(1);
        assertThat(shop.store.done.stream().filter(each -> each.startsWith("loadBeside ")))
                .hasSize(1);
        assertThat(shop.store.databases).as("live, kept, and the kiosk's").hasSize(3);
        assertThat(shop.store.databases.values()).anyMatch(kept -> kept.identity.equals(failed));
        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(shop.host.effects).doesNotHaveDuplicates();
        assertThat(world.ledger.of(incident).stream()
                        .filter(entry -> entry.step().equals("swapStore"))
                        .map(Evidence::outcome))
                .as("the death right after the swap left no proof; each attempt after it found the swap done")
                .isNotEmpty()
                .containsOnly(Evidence.Outcome.ALREADY);
    }

    private void goOnThroughDeaths() {
        for (int i = 0; i < MOST_UNITS; i++) {
            Unit next = next();
            if (next == null) {
                return;
            }
            for (Where where : Where.values()) {
                die(next, where);
            }
            next.run.run();
        }
        throw new AssertionError("it goes round and round");
    }

    private Unit next() {
        List<Job> jobs = management
                .createJobQuery()
                .messages()
                .withRetriesLeft()
                .orderByJobId()
                .asc()
                .list();
        if (!jobs.isEmpty()) {
            Job job = jobs.get(0);
            String activity = management
                    .createJobDefinitionQuery()
                    .jobDefinitionId(job.getJobDefinitionId())
                    .singleResult()
                    .getActivityId();
            return new Unit(
                    activity.substring(activity.indexOf('_') + 1).replace("#multiInstanceBody", ""),
                    () -> management.executeJob(job.getId()),
                    () -> management.setJobRetries(job.getId(), 3));
        }
        List<ExternalTask> tasks =
                externalTasks.createExternalTaskQuery().withRetriesLeft().list();
        return tasks.isEmpty() ? null : unit(tasks.get(0));
    }

    private Unit unit(ExternalTask task) {
        return new Unit(
                task.getTopicName(),
                () -> {
                    for (LockedExternalTask locked : externalTasks
                            .fetchAndLock(1, WORKER)
                            .topic(task.getTopicName(), 60_000)
                            .execute()) {
                        workers.work(locked);
                    }
                },
                () -> {
                    externalTasks.setRetries(task.getId(), 9);
                    externalTasks.unlock(task.getId());
                });
    }

    /** What the engine and the product's tables have seen of it is gone, what it did in the world and its evidence stays. */
    private void die(Unit unit, Where where) {
        arm(where);
        try {
            new TransactionTemplate(transactions).executeWithoutResult(status -> {
                status.setRollbackOnly();
                unit.run.run();
            });
        } catch (Killed | FakeContainerHost.Crash killed) {
            // as a program that is gone
        } catch (ProcessEngineException told) {
            if (!(told.getCause() instanceof Killed || told.getCause() instanceof FakeContainerHost.Crash)) {
                throw told;
            }
        } finally {
            shop.host.revive();
            shop.host.before = what -> {};
            shop.store.before = what -> {};
            shop.store.after = what -> {};
        }
        if (where == Where.BEFORE_COMMIT) {
            kills.add(where + " " + unit.name);
        }
        unit.reviveAfter.run();
    }

    private void arm(Where where) {
        if (where == Where.BEFORE_EFFECT) {
            shop.host.before = what -> kill(where, what);
            shop.store.before = what -> kill(where, what);
        } else if (where == Where.AFTER_EFFECT) {
            shop.store.after = what -> kill(where, what);
            shop.host.crashAfter(1);
        }
    }

    private void kill(Where where, String what) {
        kills.add(where + " " + (what.startsWith("backUp") ? what : what.split(" ")[0]));
        throw new Killed();
    }
}
