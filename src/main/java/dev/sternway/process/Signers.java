package dev.sternway.process;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.task.IdentityLink;
import org.springframework.stereotype.Component;

/**
 * Who may decide a task: somebody who is now in one of the task's candidate groups, to which escalation has added some,
 * or who broke the glass for this task. The assignee says nothing: the signed-in user of the call does.
 */
@Component
class Signers {

    /** The tasks in which people agree to lose data, each with who may ever do that, whatever else is added. */
    private static final Set<String> PHRASE = Set.of("incident-commander", "tech-lead", "cto");

    private static final Set<String> SECOND = Set.of("tech-lead", "cto");

    private final Groups groups;
    private final BrokenGlasses glasses;

    Signers(Groups groups, BrokenGlasses glasses) {
        this.groups = groups;
        this.glasses = glasses;
    }

    /**
     * Somebody who may sign.
     *
     * @param as the group that lets him, or {@code break-glass}
     */
    record Signer(String id, String as) {
        static final String GLASS = "break-glass";
    }

    /** The groups that may ever sign the task; empty when its candidates alone decide. */
    static Optional<Set<String>> bound(String taskKey) {
        return switch (taskKey) {
            case "userTask_confirmDataLoss" -> Optional.of(PHRASE);
            case "userTask_approveDataLoss" -> Optional.of(SECOND);
            default -> Optional.empty();
        };
    }

    /** The candidate groups that may sign. */
    static List<String> signing(DelegateTask task) {
        Optional<Set<String>> bound = bound(task.getTaskDefinitionKey());
        return task.getCandidates().stream()
                .map(IdentityLink::getGroupId)
                .filter(Objects::nonNull)
                .filter(group -> bound.map(all -> all.contains(group)).orElse(true))
                .sorted()
                .toList();
    }

    /**
     * The signed-in user.
     *
     * @throws Refusals.TaskRejected when nobody is signed in
     */
    static String signedIn(DelegateTask task) {
        Authentication who =
                task.getProcessEngineServices().getIdentityService().getCurrentAuthentication();
        if (who == null || who.getUserId() == null) {
            throw Refusals.rejection(
                    ErrorCode.ROLE_MISSING, "nobody is signed in", "sign in and submit the form again.");
        }
        return who.getUserId();
    }

    /**
     * The user as a signer of the task.
     *
     * @throws Refusal {@link ErrorCode#ROLE_MISSING}
     */
    Signer require(DelegateTask task, String user) {
        List<String> may = signing(task);
        List<String> his = groups.of(user);
        Optional<String> as = may.stream().filter(his::contains).findFirst();
        if (as.isPresent()) {
            return new Signer(user, as.get());
        }
        if (bound(task.getTaskDefinitionKey()).isEmpty() && glasses.isBroken(task.getId(), user)) {
            return new Signer(user, Signer.GLASS);
        }
        throw new Refusal(
                ErrorCode.ROLE_MISSING,
                "'" + user + "' is in " + his + " now, this needs one of " + may,
                "ask somebody of these groups to decide.");
    }
}
