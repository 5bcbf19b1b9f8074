package dev.sternway.web.security;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The groups that people belong to; every one may look, only some may do more. */
public enum Role {
    VIEWER("Viewers"),
    OPERATOR("Operators"),
    ENGINEER("Engineers"),
    ON_CALL("On-call engineers"),
    DEPLOYMENT_LEAD("Deployment leads"),
    INCIDENT_COMMANDER("Incident commanders"),
    TECH_LEAD("Tech leads"),
    PROJECT_MANAGER("Project managers"),
    DEVOPS("DevOps engineers"),
    OPERATIONS_MANAGER("Operations managers"),
    EXECUTIVE("Executives"),
    CTO("CTO"),
    ADMINISTRATOR("Administrators");

    /** Those who may let a failed job run again. */
    static final List<Role> RETRYING = List.of(OPERATOR, ENGINEER, ON_CALL, DEVOPS);

    private final String title;

    Role(String title) {
        this.title = title;
    }

    /** The group's id, as models and settings have it: {@code incident-commander}. */
    public String id() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The group's name for people. */
    public String title() {
        return title;
    }

    static Optional<Role> ofId(String id) {
        return Arrays.stream(values()).filter(each -> each.id().equals(id)).findFirst();
    }

    static String[] ids() {
        return Arrays.stream(values()).map(Role::id).toArray(String[]::new);
    }
}
