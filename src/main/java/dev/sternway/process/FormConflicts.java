package dev.sternway.process;

import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.CompleteTaskCmd;
import org.camunda.bpm.engine.impl.cmd.SubmitTaskFormCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Submits a form once more when the process moved on at the same moment, while a backup loads beside for example: the
 * first try was undone as a whole, and a person at night should not have to know why.
 */
@Component
class FormConflicts extends AbstractProcessEnginePlugin {
    private static final int AGAIN = 4;

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        List<CommandInterceptor> before = configuration.getCustomPreCommandInterceptorsTxRequired() == null
                ? new ArrayList<>()
                : new ArrayList<>(configuration.getCustomPreCommandInterceptorsTxRequired());
        before.add(0, new Again());
        configuration.setCustomPreCommandInterceptorsTxRequired(before);
    }

    /** The outermost interceptor: what it repeats has a transaction of its own each time. */
    private static final class Again extends CommandInterceptor {
        @Override
        public <T> T execute(Command<T> command) {
            boolean form = command instanceof SubmitTaskFormCmd || command instanceof CompleteTaskCmd;
            boolean outermost = !TransactionSynchronizationManager.isActualTransactionActive();
            for (int tried = 0; ; tried++) {
                try {
                    return next.execute(command);
                } catch (OptimisticLockingException e) {
                    if (!form || !outermost || tried == AGAIN) {
                        throw e;
                    }
                }
            }
        }
    }
}
