package dev.sternway.process;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Set;

/**
 * The signed-in person or program that asks for a rollback.
 *
 * @param groups as the engine knows them at this moment
 */
record Requester(String user, List<String> groups) {

    /** Who may ask; who may approve is another matter, and never the one who asked. */
    static final Set<String> MAY_REQUEST = Set.of(
            "operator",
            "engineer",
            "devops",
            "on-call",
            "deployment-lead",
            "tech-lead",
            "incident-commander",
            "operations-manager",
            "cto");

    /** @throws Refusal when he may not ask for a rollback */
    void requireMayRequest() {
        if (groups.stream().noneMatch(MAY_REQUEST::contains)) {
            throw new Refusal(
                    ErrorCode.ROLE_MISSING,
                    "'" + user + "' is in " + groups + ", a rollback is asked for by one of "
                            + MAY_REQUEST.stream().sorted().toList(),
                    "let somebody of these groups ask for it.");
        }
    }
}
