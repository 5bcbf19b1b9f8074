package dev.sternway.web.security;

import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Sets what keeps the engine closed after all other settings, so that none of them can open it by mistake. */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class ClosedEngine extends AbstractProcessEnginePlugin {

    @Override
    public void preInit(ProcessEngineConfigurationImpl engine) {
        engine.setAuthorizationEnabled(true);
        engine.setTenantCheckEnabled(false);
        // Candidates work on their tasks and can change nothing else of them (the default is UPDATE).
        engine.setDefaultUserPermissionNameForTask("TASK_WORK");
        engine.setGroupResourceWhitelistPattern("[a-z]+(-[a-z]+)*");
        engine.setUserResourceWhitelistPattern("[a-zA-Z0-9]+([._@-][a-zA-Z0-9]+)*");
        // Expressions are code: none out of queries. Stored filters are ours alone, as nobody may make or change one;
        // two
        // of them ask for the reader and the time.
        engine.setEnableExpressionsInStoredQueries(true);
        engine.setEnableExpressionsInAdhocQueries(false);
        List<Deployer> first = new ArrayList<>();
        if (engine.getCustomPreDeployers() != null) {
            first.addAll(engine.getCustomPreDeployers());
        }
        first.add(new DecisionsOnly());
        engine.setCustomPreDeployers(first);
    }
}
