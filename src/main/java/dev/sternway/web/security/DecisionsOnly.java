package dev.sternway.web.security;

import dev.sternway.process.TableRules;
import java.util.List;
import java.util.Locale;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;

/**
 * Lets people deploy decision tables only, and these only in FEEL and fit to decide with: a process is code that runs with
 * every right of Sternway, and so is a table in another language.
 */
class DecisionsOnly implements Deployer {
    @Override
    public void deploy(DeploymentEntity deployment) {
        Authentication person = Context.getCommandContext().getAuthentication();
        if (!deployment.isNew() || person == null || person.getUserId() == null) {
            return;
        }
        for (ResourceEntity resource : deployment.getResources().values()) {
            refuseUnlessDecision(resource);
        }
    }

    private static void refuseUnlessDecision(ResourceEntity resource) {
        String name = resource.getName();
        if (!name.toLowerCase(Locale.ROOT).endsWith(".dmn")) {
            throw new AuthorizationException("people deploy decision tables only, '" + name + "' is none");
        }
        byte[] xml = resource.getBytes();
        List<String> broken = TableRules.concerns(xml) ? TableRules.broken(name, xml) : TableRules.unfit(name, xml);
        if (!broken.isEmpty()) {
            throw new AuthorizationException("decision table " + String.join("; ", broken));
        }
    }
}
