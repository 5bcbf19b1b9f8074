package dev.sternway.process;

import dev.sternway.port.DataStore;
import dev.sternway.port.Mandate;
import dev.sternway.port.Redaction;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.externaltask.ExternalTaskQueryTopicBuilder;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.ProcessEngineImpl;
import org.camunda.bpm.engine.impl.util.SingleConsumerCondition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Works the application's external tasks: a lock of 15 s with a heartbeat of 5 s, so that another node takes over soon
 * after a crash, and a completion that comes too late is refused by the engine.
 */
@Component
class ExternalTaskWorkers implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalTaskWorkers.class);

    static final Duration LOCK = Duration.ofSeconds(15);
    static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    static final Duration LOOK_AT_LEAST_EVERY = Duration.ofSeconds(1);

    /** Pauses before the 2nd, 3rd … attempt at a task that failed; after the last one it is an incident. */
    static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));

    private static final int AT_ONCE = 8;
    private static final int REPORTS = 5;

    private final ExternalTaskService externalTasks;
    private final Map<String, StepWorker> workers;
    private final StepProgress progress;
    private final Ownership ownership;
    private final String nodeId = "sternway-" + UUID.randomUUID();
    /** By task, until the thread has ended, also when its lock was lost: no task is worked twice on one node. */
    private final Map<String, Future<?>> running = new ConcurrentHashMap<>();
    /** Watches last up to an hour and only look now and then: they take no step's place. */
    private final Set<String> watching = ConcurrentHashMap.newKeySet();

    private volatile boolean on;
    private volatile boolean stopping;
    private Thread fetcher;
    private ExecutorService pool;
    private ScheduledExecutorService heartbeat;

    ExternalTaskWorkers(
            ExternalTaskService externalTasks, List<StepWorker> workers, StepProgress progress, Ownership ownership) {
        this.ownership = ownership;
        this.externalTasks = externalTasks;
        this.workers = workers.stream().collect(Collectors.toMap(StepWorker::topic, Function.identity()));
        this.progress = progress;
    }

    @Override
    public void start() {
        stopping = false;
        on = true;
        pool = Executors.newCachedThreadPool(named("step"));
        heartbeat = Executors.newSingleThreadScheduledExecutor(named("step-heartbeat"));
        heartbeat.scheduleWithFixedDelay(
                this::extendLocks, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
        fetcher = named("step-fetcher").newThread(this::fetch);
        fetcher.start();
    }

    private static java.util.concurrent.ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The engine says at once when a task has come up; the look each second is for other nodes' tasks and locks. */
    private void fetch() {
        SingleConsumerCondition condition = new SingleConsumerCondition(Thread.currentThread());
        ProcessEngineImpl.EXT_TASK_CONDITIONS.addConsumer(condition);
        try {
            while (on) {
                if (!fetchOnce()) {
                    condition.await(LOOK_AT_LEAST_EVERY.toMillis());
                }
            }
        } finally {
            ProcessEngineImpl.EXT_TASK_CONDITIONS.removeConsumer(condition);
        }
    }

    private boolean fetchOnce() {
        int free = AT_ONCE - busy();
        if (free <= 0) {
            return false;
        }
        try {
            ExternalTaskQueryTopicBuilder query = externalTasks
                    .fetchAndLock(free, nodeId, true)
                    .topic(workers.keySet().iterator().next(), LOCK.toMillis());
            for (String topic : workers.keySet().stream().skip(1).toList()) {
                query = query.topic(topic, LOCK.toMillis());
            }
            List<LockedExternalTask> tasks = query.execute();
            tasks.forEach(this::begin);
            return !tasks.isEmpty();
        } catch (RuntimeException e) {
            LOG.warn("external tasks could not be fetched, trying again: {}", e.toString());
            return false;
        }
    }

    /** How many threads take a step's place. */
    private int busy() {
        return (int) running.entrySet().stream()
                .filter(each -> !each.getValue().isCancelled() && !watching.contains(each.getKey()))
                .count();
    }

    /**
     * A task whose lock ran out while this node stood still comes again: its older thread is still at it, and what was
     * fetched is only a renewed lock.
     */
    private void begin(LockedExternalTask task) {
        FutureTask<Void> work = new FutureTask<>(() -> work(task), null);
        if (running.putIfAbsent(task.getId(), work) != null) {
            LOG.warn("external task '{}' is still worked here, its lock is renewed", task.getId());
            return;
        }
        if (workers.get(task.getTopicName()).watches()) {
            watching.add(task.getId());
        }
        try {
            pool.execute(() -> {
                try {
                    work.run();
                } finally {
                    ended(task.getId(), work);
                }
            });
        } catch (RejectedExecutionException stopped) {
            ended(task.getId(), work);
            throw stopped;
        }
    }

    /** A task that stays in here keeps its lock for ever, and nobody works it. */
    private void ended(String taskId, Future<?> work) {
        if (running.remove(taskId, work)) {
            watching.remove(taskId);
        }
        ProcessEngineImpl.EXT_TASK_CONDITIONS.signalAll();
    }

    /** Works a task that its worker has locked, and reports to the engine how it ended. */
    void work(LockedExternalTask task) {
        StepWorker worker = workers.get(task.getTopicName());
        String target = (String) task.getVariables().get(Variable.TARGET.name());
        String incidentId = task.getBusinessKey();
        try {
            DataStore.Progress reporting = progress.of(incidentId, worker.topic(), target);
            StepContext context = context(task, target, reporting);
            Map<String, Object> variables =
                    Mandate.during(() -> ownership.require(task), () -> worker.work(task, context));
            complete(task, variables);
        } catch (Refusal refusal) {
            settle(task, () -> refuse(task, refusal));
        } catch (RuntimeException | Error failure) {
            if (stopping) {
                // Sternway stops: whoever comes next takes the task at once, and it has not failed.
                settle(task, () -> externalTasks.unlock(task.getId()));
                return;
            }
            LOG.warn("step '{}' on '{}' failed: {}", worker.topic(), target, Traces.of(failure));
            settle(task, () -> fail(task, failure));
        } finally {
            forget(incidentId, worker.topic(), target);
        }
    }

    /** Somebody else's write at the same moment is no reason to do the step again, only to report it again. */
    private void complete(LockedExternalTask task, Map<String, Object> variables) {
        for (int again = 0; ; again++) {
            try {
                externalTasks.complete(task.getId(), task.getWorkerId(), variables);
                return;
            } catch (OptimisticLockingException e) {
                if (again == REPORTS) {
                    throw e;
                }
            }
        }
    }

    private void forget(String incidentId, String step, String target) {
        try {
            progress.done(incidentId, step, target);
        } catch (RuntimeException e) {
            LOG.warn("progress of step '{}' on '{}' could not be taken away: {}", step, target, e.toString());
        }
    }

    private static StepContext context(LockedExternalTask task, String target, DataStore.Progress progress) {
        Map<String, Object> variables = task.getVariables();
        String startedAt = (String) variables.get(Variable.LEVEL_STARTED_AT.name());
        return new StepContext(
                task.getBusinessKey(),
                (String) variables.get(Variable.SYSTEM_ID.name()),
                (String) variables.get(Variable.PLAN_SHA256.name()),
                target,
                startedAt == null ? Instant.now() : Instant.parse(startedAt),
                progress);
    }

    private void refuse(LockedExternalTask task, Refusal refusal) {
        try {
            externalTasks.handleBpmnError(
                    task.getId(), task.getWorkerId(), refusal.code().name(), Variable.fitting(refusal.explanation()));
        } catch (ProcessEngineException nobodyCatchesIt) {
            externalTasks.handleFailure(
                    task.getId(),
                    task.getWorkerId(),
                    Redaction.of(refusal.getMessage()),
                    Redaction.of(refusal.explanation()),
                    0,
                    0);
        }
    }

    private void fail(LockedExternalTask task, Throwable failure) {
        int left = task.getRetries() == null ? PAUSES.size() : task.getRetries() - 1;
        Duration pause = PAUSES.get(Math.min(PAUSES.size() - 1, PAUSES.size() - Math.max(1, left)));
        externalTasks.handleFailure(
                task.getId(),
                task.getWorkerId(),
                Redaction.of(String.valueOf(failure.getMessage())),
                Traces.of(failure),
                left,
                pause.toMillis());
    }

    /** A lock that was lost means that another node is at it; a database that is away, that it runs out: tried again. */
    private void settle(LockedExternalTask task, Runnable report) {
        try {
            report.run();
        } catch (RuntimeException e) {
            LOG.warn("result of external task '{}' was not taken: {}", task.getTopicName(), e.getMessage());
        }
    }

    private void extendLocks() {
        running.forEach((taskId, work) -> {
            if (work.isCancelled()) {
                return;
            }
            try {
                externalTasks.extendLock(taskId, nodeId, LOCK.toMillis());
            } catch (ProcessEngineException e) {
                LOG.warn("lock of external task '{}' is lost, its work is interrupted: {}", taskId, e.getMessage());
                work.cancel(true);
            } catch (RuntimeException e) {
                LOG.warn("lock of external task '{}' could not be extended: {}", taskId, e.toString());
            }
        });
    }

    @Override
    public void stop() {
        stopping = true;
        on = false;
        fetcher.interrupt();
        heartbeat.shutdownNow();
        pool.shutdownNow();
        try {
            if (!pool.awaitTermination(DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("some steps did not end within {} s, their locks run out by themselves", DRAIN.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return on;
    }
}
