package dev.sternway.web.security;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;

/** Lets people deploy decision tables only: a process is code that runs with every right of Sternway. */
class DecisionsOnly implements Deployer {
    /** FEEL cannot call Java; other languages of a table can. */
    private static final Pattern LANGUAGE =
            Pattern.compile("(?:expressionLanguage|typeLanguage)\\s*=\\s*[\"']([^\"']*)[\"']");

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
        Matcher languages = LANGUAGE.matcher(new String(resource.getBytes(), StandardCharsets.UTF_8));
        while (languages.find()) {
            if (!languages.group(1).toLowerCase(Locale.ROOT).contains("feel")) {
                throw new AuthorizationException("decision table '" + name + "' is written in '" + languages.group(1)
                        + "', people deploy FEEL only");
            }
        }
    }
}
