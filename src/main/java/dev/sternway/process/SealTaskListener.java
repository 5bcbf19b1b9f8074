package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Seals what a form does not ask for; for tasks beside an incident, which do not change where it stands. */
@Component
class SealTaskListener implements TaskListener {

    @Override
    public void notify(DelegateTask task) {
        Variable.forgetAnswers(task.getExecution());
        Variable.seal(task);
    }
}
