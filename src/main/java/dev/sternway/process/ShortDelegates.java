package dev.sternway.process;

import dev.sternway.port.Mandate;
import dev.sternway.port.TimeLimit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.impl.bpmn.delegate.JavaDelegateInvocation;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.delegate.DefaultDelegateInterceptor;
import org.camunda.bpm.engine.impl.delegate.DelegateInvocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Keeps every delegate well below the lock of its job: what outlives the lock is run again beside itself by another node.
 * All outside calls of one delegate share one limit, one that comes near it is told of, and one whose job another node
 * has taken all the same touches nothing more.
 */
@Component
class ShortDelegates extends AbstractProcessEnginePlugin {
    private static final Logger LOG = LoggerFactory.getLogger(ShortDelegates.class);

    /** For all outside calls together; with what puts things right after a failure it stays below 10 s. */
    static final Duration LIMIT = Duration.ofSeconds(7);

    /** Slower than this is an alarm: the lock lasts 15 s. */
    static final Duration SLOW = Duration.ofSeconds(5);

    private final ObjectProvider<MeterRegistry> meters;
    private final ObjectProvider<Ownership> ownership;

    ShortDelegates(ObjectProvider<MeterRegistry> meters, ObjectProvider<Ownership> ownership) {
        this.meters = meters;
        this.ownership = ownership;
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        configuration.setDelegateInterceptor(new Limited());
    }

    private final class Limited extends DefaultDelegateInterceptor {
        @Override
        public void handleInvocation(DelegateInvocation invocation) throws Exception {
            if (!(invocation instanceof JavaDelegateInvocation)) {
                super.handleInvocation(invocation);
                return;
            }
            long begin = System.nanoTime();
            try {
                limited(invocation);
            } finally {
                tell(activity(invocation), Duration.ofNanos(System.nanoTime() - begin));
            }
        }

        private void limited(DelegateInvocation invocation) throws Exception {
            Exception failure = TimeLimit.within(
                    LIMIT,
                    () -> Mandate.during(ShortDelegates.this::requireJob, () -> {
                        try {
                            super.handleInvocation(invocation);
                            return null;
                        } catch (Exception e) {
                            return e;
                        }
                    }));
            if (failure != null) {
                throw Traces.withoutSecrets(failure);
            }
        }
    }

    private void requireJob() {
        Ownership.job().ifPresent(job -> ownership.getObject().require(job));
    }

    private static String activity(DelegateInvocation invocation) {
        return invocation.getContextExecution() instanceof DelegateExecution execution
                ? execution.getCurrentActivityId()
                : "unknown";
    }

    /** Keeps how long a delegate took, and raises the alarm when it was too long. */
    void tell(String activity, Duration took) {
        meters.ifAvailable(registry -> Timer.builder("sternway.delegate")
                .description("How long delegates take; the lock of their job lasts 15 s")
                .tag("activity", activity)
                .register(registry)
                .record(took));
        if (took.compareTo(SLOW) > 0) {
            meters.ifAvailable(registry -> registry.counter("sternway.delegate.slow", "activity", activity)
                    .increment());
            LOG.error(
                    "delegate of activity '{}' took {} ms, more than {} ms: it comes near the lock of its job, after which"
                            + " another node would run it again",
                    activity,
                    took.toMillis(),
                    SLOW.toMillis());
        }
    }
}
