package dev.sternway.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.CompleteTaskCmd;
import org.camunda.bpm.engine.impl.cmd.SubmitTaskFormCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Submits a form once more when the process moved on at the same moment, while a backup loads beside for example: the
 * first try was undone as a whole, and a person at night should not have to know why. When the task is gone then, the
 * answer is who decided it, not that it cannot be found.
 */
@Component
class FormConflicts extends AbstractProcessEnginePlugin {
    private static final int AGAIN = 4;

    private final GoneTasks goneTasks;

    FormConflicts(GoneTasks goneTasks) {
        this.goneTasks = goneTasks;
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        List<CommandInterceptor> before = configuration.getCustomPreCommandInterceptorsTxRequired() == null
                ? new ArrayList<>()
                : new ArrayList<>(configuration.getCustomPreCommandInterceptorsTxRequired());
        before.add(0, new Again(goneTasks));
        configuration.setCustomPreCommandInterceptorsTxRequired(before);
    }

    /** The outermost interceptor: what it repeats has a transaction of its own each time. */
    private static final class Again extends CommandInterceptor {
        private final GoneTasks goneTasks;

        Again(GoneTasks goneTasks) {
            this.goneTasks = goneTasks;
        }

        @Override
        public <T> T execute(Command<T> command) {
            boolean form = command instanceof SubmitTaskFormCmd || command instanceof CompleteTaskCmd;
            boolean outermost = !TransactionSynchronizationManager.isActualTransactionActive();
            if (!form || !outermost) {
                return next.execute(command);
            }
            for (int tried = 0; ; tried++) {
                try {
                    return next.execute(command);
                } catch (OptimisticLockingException e) {
                    if (tried == AGAIN) {
                        throw e;
                    }
                } catch (NullValueException notFound) {
                    throw because(goneTasks.explain(taskId(command)), notFound);
                } catch (RuntimeException failed) {
                    // This try is undone: an answer that is there now is somebody else's, and why this one failed.
                    throw because(goneTasks.decided(taskId(command)), failed);
                }
            }
        }

        private static RuntimeException because(Optional<RuntimeException> why, RuntimeException failed) {
            return why.map(known -> (RuntimeException) new ProcessEngineException(known.getMessage(), known))
                    .orElse(failed);
        }

        /** The engine keeps it to itself. */
        private static String taskId(Command<?> command) {
            return String.valueOf(new DirectFieldAccessor(command).getPropertyValue("taskId"));
        }
    }
}
