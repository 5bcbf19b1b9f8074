package dev.sternway.process;

import dev.sternway.decision.Scope;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Goes to the next level; where the release of one service was not enough, to that of all services first. */
@Component
class RaiseLevelDelegate implements JavaDelegate {
    private final WiderScope widerScope;

    RaiseLevelDelegate(WiderScope widerScope) {
        this.widerScope = widerScope;
    }

    @Override
    public void execute(DelegateExecution execution) {
        if (widerScope.beforeNextLevel(execution)) {
            widerScope.take(
                    execution,
                    Scope.FULL,
                    "the release of service '" + Variable.SERVICE.find(execution) + "' alone did not help");
            return;
        }
        Variable.LEVEL.set(execution, Variable.LEVEL.get(execution) + 1);
    }
}
