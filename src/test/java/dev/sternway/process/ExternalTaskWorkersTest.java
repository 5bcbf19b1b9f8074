package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.RETURNS_SELF;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.externaltask.ExternalTaskQueryTopicBuilder;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine gives a node its own task again, because the lock ran out while the database stood still. */
class ExternalTaskWorkersTest {
    private static final String TASK = "task-1";

    private final ExternalTaskService engine = mock(ExternalTaskService.class);
    private final BlockingQueue<LockedExternalTask> due = new LinkedBlockingQueue<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);
    private final ExternalTaskWorkers workers =
            new ExternalTaskWorkers(engine, List.of(new SlowWorker()), mock(StepProgress.class), mock(Ownership.class));

    /** Ends when it is let. */
    private class SlowWorker extends StepWorker {
        SlowWorker() {
            super(null, null);
        }

        @Override
        Map<String, Object> work(LockedExternalTask task, StepContext context) {
            begun.incrementAndGet();
            mayEnd.acquireUninterruptibly();
            return Map.of();
        }
    }

    @BeforeEach
    void fetches() {
        ExternalTaskQueryTopicBuilder query = mock(ExternalTaskQueryTopicBuilder.class, RETURNS_SELF);
        when(engine.fetchAndLock(anyInt(), anyString(), anyBoolean())).thenReturn(query);
        when(query.topic(anyString(), anyLong())).thenReturn(query);
        when(query.execute()).thenAnswer(call -> {
            looks.incrementAndGet();
            LockedExternalTask next = due.poll();
            return next == null ? List.of() : List.of(next);
        });
        workers.start();
    }

    @AfterEach
    void stops() {
        mayEnd.release(100);
        workers.stop();
    }

    @Test
    void doesNotBeginATaskAgainThatIsStillWorkedHere() {
        due.add(task());
        await().until(() -> begun.get() == 1);
        due.add(task());
        awaitALookAfterwards();

        assertThat(begun).hasValue(1);

        mayEnd.release();
        await().untilAsserted(() -> verify(engine, times(1)).complete(eq(TASK), any(), any()));
    }

    @Test
    void beginsATaskAgainOnceTheOlderWorkHasEnded() {
        due.add(task());
        await().until(() -> begun.get() == 1);
        mayEnd.release();
        await().untilAsserted(() -> verify(engine, times(1)).complete(eq(TASK), any(), any()));

        await().until(() -> {
            due.clear();
            due.add(task());
            return begun.get() == 2;
        });
    }

    private void awaitALookAfterwards() {
        await().until(due::isEmpty);
        int before = looks.get();
        await().until(() -> looks.get() > before);
    }

    private static LockedExternalTask task() {
        LockedExternalTask task = mock(LockedExternalTask.class);
        when(task.getId()).thenReturn(TASK);
        when(task.getTopicName()).thenReturn("slow");
        when(task.getWorkerId()).thenReturn("node");
        when(task.getBusinessKey()).thenReturn("INC-1");
        org.camunda.bpm.engine.variable.VariableMap none = org.camunda.bpm.engine.variable.Variables.createVariables();
        when(task.getVariables()).thenReturn(none);
        return task;
    }
}
