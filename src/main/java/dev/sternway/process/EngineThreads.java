package dev.sternway.process;

import java.time.Duration;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.spring.boot.starter.property.CamundaBpmProperties;
import org.camunda.bpm.spring.boot.starter.property.JobExecutionProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** The threads that run the engine's jobs, and their orderly end: no job is cut off in the middle of its effect. */
@Configuration(proxyBeanMethods = false)
class EngineThreads {
    /** Steps in jobs are short; what takes longer is an external task. */
    private static final Duration DRAIN = Duration.ofSeconds(20);

    /** The starter's own executor does not wait for running jobs when the application stops. */
    @Bean
    ThreadPoolTaskExecutor camundaTaskExecutor(CamundaBpmProperties properties, Turns turns) {
        JobExecutionProperty jobs = properties.getJobExecution();
        ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        executor.setCorePoolSize(jobs.getCorePoolSize());
        executor.setMaxPoolSize(jobs.getMaxPoolSize());
        executor.setQueueCapacity(jobs.getQueueCapacity());
        executor.setThreadNamePrefix("job-");
        executor.setTaskDecorator(turns::inTurn);
        executor.setWaitForTasksToCompleteOnShutdown(true);
        executor.setAwaitTerminationMillis(DRAIN.toMillis());
        return executor;
    }

    /** Stops taking new jobs before anything else stops. */
    @Bean
    SmartLifecycle noNewJobs(ProcessEngine engine) {
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                running = true;
            }

            @Override
            public void stop() {
                ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
                        .getJobExecutor()
                        .shutdown();
                running = false;
            }

            @Override
            public boolean isRunning() {
                return running;
            }

            @Override
            public int getPhase() {
                return Integer.MAX_VALUE;
            }
        };
    }
}
