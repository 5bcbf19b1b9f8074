package dev.sternway.web.security;

import static org.camunda.bpm.engine.authorization.Authorization.ANY;
import static org.camunda.bpm.engine.authorization.Authorization.AUTH_TYPE_GRANT;

import dev.sternway.process.Rollbacks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.authorization.UserOperationLogCategoryPermissions;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationEntity;
import org.springframework.stereotype.Component;

/**
 * What each role may do. Nobody may change instances, set variables, send messages, complete external tasks, deploy
 * processes or start any but the request for a rollback; tasks belong to their candidate groups, to whom the engine gives them one by one.
 */
@Component
class RoleRights {
    private final IdentityService identities;
    private final AuthorizationService authorizations;
    private final TaskFilters filters;

    RoleRights(IdentityService identities, AuthorizationService authorizations, TaskFilters filters) {
        this.identities = identities;
        this.authorizations = authorizations;
        this.filters = filters;
    }

    /** One right of a role on one kind of thing. */
    private record Grant(Resource resource, String id, Permission... permissions) {}

    /** Makes the groups and sets their rights to what is written here. */
    void establish() {
        List<String> filterIds = filters.establish();
        Map<String, Authorization> existing = new HashMap<>();
        authorizations
                .createAuthorizationQuery()
                .authorizationType(AUTH_TYPE_GRANT)
                .list()
                .forEach(each ->
                        existing.put(key(each.getGroupId(), each.getResourceType(), each.getResourceId()), each));
        for (Role role : Role.values()) {
            group(role.id(), role.title(), "role");
            for (Grant grant : grants(role, filterIds)) {
                set(role, grant, existing.get(key(role.id(), grant.resource().resourceType(), grant.id())));
            }
        }
    }

    private static List<Grant> grants(Role role, List<String> filterIds) {
        List<Grant> grants = new ArrayList<>(List.of(
                new Grant(Resources.APPLICATION, "tasklist", Permissions.ACCESS),
                new Grant(Resources.APPLICATION, "cockpit", Permissions.ACCESS),
                new Grant(Resources.DECISION_DEFINITION, ANY, Permissions.READ, Permissions.READ_HISTORY),
                new Grant(Resources.DECISION_REQUIREMENTS_DEFINITION, ANY, Permissions.READ)));
        filterIds.forEach(filter -> grants.add(new Grant(Resources.FILTER, filter, Permissions.READ)));
        if (Role.RETRYING.contains(role)) {
            grants.add(
                    new Grant(Resources.PROCESS_DEFINITION, ANY, readingAnd(ProcessDefinitionPermissions.RETRY_JOB)));
        } else {
            grants.add(new Grant(Resources.PROCESS_DEFINITION, ANY, readingAnd()));
        }
        if (Rollbacks.MAY_REQUEST.contains(role.id())) {
            // The engine wants both; the second is for one process, so nothing else can be started.
            grants.add(new Grant(Resources.PROCESS_INSTANCE, ANY, Permissions.CREATE));
            grants.add(new Grant(
                    Resources.PROCESS_DEFINITION,
                    "request-rollback",
                    readingAnd(ProcessDefinitionPermissions.CREATE_INSTANCE)));
        }
        if (role == Role.ADMINISTRATOR) {
            grants.add(new Grant(Resources.APPLICATION, "admin", Permissions.ACCESS));
            grants.add(new Grant(
                    Resources.USER, ANY, Permissions.READ, Permissions.UPDATE, Permissions.CREATE, Permissions.DELETE));
            grants.add(new Grant(Resources.GROUP, ANY, Permissions.READ));
            grants.add(new Grant(Resources.GROUP_MEMBERSHIP, ANY, Permissions.CREATE, Permissions.DELETE));
            grants.add(new Grant(Resources.AUTHORIZATION, ANY, Permissions.READ));
            grants.add(new Grant(Resources.DEPLOYMENT, ANY, Permissions.CREATE, Permissions.READ));
            grants.add(new Grant(Resources.OPERATION_LOG_CATEGORY, ANY, UserOperationLogCategoryPermissions.READ));
        } else {
            // Names of assignees and groups are shown beside tasks.
            grants.add(new Grant(Resources.USER, ANY, Permissions.READ));
            grants.add(new Grant(Resources.GROUP, ANY, Permissions.READ));
        }
        return grants;
    }

    private static Permission[] readingAnd(Permission... more) {
        List<Permission> all = new ArrayList<>(List.of(
                ProcessDefinitionPermissions.READ,
                ProcessDefinitionPermissions.READ_INSTANCE,
                ProcessDefinitionPermissions.READ_HISTORY));
        all.addAll(Arrays.asList(more));
        return all.toArray(Permission[]::new);
    }

    private void set(Role role, Grant grant, Authorization existing) {
        Authorization authorization = existing;
        if (authorization == null) {
            authorization = authorizations.createNewAuthorization(AUTH_TYPE_GRANT);
            authorization.setGroupId(role.id());
            authorization.setResource(grant.resource());
            authorization.setResourceId(grant.id());
        } else if (((AuthorizationEntity) existing).getPermissions() == bits(grant.permissions())) {
            return;
        }
        authorization.setPermissions(grant.permissions());
        authorizations.saveAuthorization(authorization);
    }

    private static int bits(Permission... permissions) {
        return Arrays.stream(permissions).mapToInt(Permission::getValue).reduce(0, (a, b) -> a | b);
    }

    void group(String id, String title, String type) {
        if (identities.createGroupQuery().groupId(id).count() == 0) {
            Group group = identities.newGroup(id);
            group.setName(title);
            group.setType(type);
            identities.saveGroup(group);
        }
    }

    private static String key(String group, int resourceType, String resourceId) {
        return group + " " + resourceType + " " + resourceId;
    }
}
