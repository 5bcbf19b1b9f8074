package dev.sternway.process;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Runs {@code check-engine} a few times after each start: a job, an external task and the tables answer. It also means
 * that the first alert does not wait for code that was never run.
 */
@Component
@ConditionalOnProperty(prefix = "camunda.bpm.job-execution", name = "enabled", matchIfMissing = true)
class EngineCheck {
    private static final Logger LOG = LoggerFactory.getLogger(EngineCheck.class);
    private static final String PROCESS = "check-engine";
    private static final int TIMES = 5;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final RuntimeService runtime;
    private final HistoryService history;

    EngineCheck(RuntimeService runtime, HistoryService history) {
        this.runtime = runtime;
        this.history = history;
    }

    @EventListener(ApplicationReadyEvent.class)
    void checkInBackground() {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "engine-check");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.execute(() -> begin(scheduler, 1));
    }

    private void begin(ScheduledExecutorService scheduler, int time) {
        Instant begin = Instant.now();
        String instance = runtime.startProcessInstanceByKey(PROCESS).getId();
        look(scheduler, time, instance, begin);
    }

    private void look(ScheduledExecutorService scheduler, int time, String instance, Instant begin) {
        Duration took = Duration.between(begin, Instant.now());
        if (ended(instance)) {
            if (time < TIMES) {
                begin(scheduler, time + 1);
                return;
            }
            LOG.info("The engine answers: a job, an external task and the tables in {} ms.", took.toMillis());
            scheduler.shutdown();
        } else if (took.compareTo(LIMIT) > 0) {
            LOG.error(
                    "The engine did not finish '{}' within {} s: jobs or external tasks are not worked."
                            + " Look at instance {} in Cockpit.",
                    PROCESS,
                    LIMIT.toSeconds(),
                    instance);
            scheduler.shutdown();
        } else {
            scheduler.schedule(
                    () -> look(scheduler, time, instance, begin), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean ended(String instance) {
        return history.createHistoricProcessInstanceQuery()
                        .processInstanceId(instance)
                        .finished()
                        .count()
                == 1;
    }
}
