package dev.sternway.process;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.plan.RestorePoint;
import dev.sternway.plan.RestorePointMissing;
import dev.sternway.plan.RestorePoints;
import dev.sternway.plan.RollbackRequest;
import dev.sternway.plan.RollbackRequests;
import dev.sternway.plan.RollbackRequests.Via;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes requests for rollbacks from programs, at once and once only. */
@Component
public class Rollbacks {
    /** The groups whose members may ask; nobody approves what he asked for. */
    public static final Set<String> MAY_REQUEST = Requester.MAY_REQUEST;

    private final RollbackStart start;
    private final RollbackRequests requests;
    private final RestorePoints points;
    private final Groups groups;
    private final TransactionTemplate transaction;

    Rollbacks(
            RollbackStart start,
            RollbackRequests requests,
            RestorePoints points,
            Groups groups,
            TransactionTemplate transaction) {
        this.start = start;
        this.requests = requests;
        this.points = points;
        this.groups = groups;
        this.transaction = transaction;
    }

    /**
     * What a request began.
     *
     * @param incidents the incident of each system
     * @param repeated true when the same request had begun them before
     */
    public record Started(String requestId, Map<String, String> incidents, boolean repeated) {}

    /**
     * Begins what is asked for; the processes ask people before anything is touched.
     *
     * @param user the signed-in one
     * @param idempotencyKey a retry with the same key and request begins nothing more; null for none
     * @throws RestorePointMissing when nobody said to what the system goes back
     * @throws Refusal when the person may not, an incident runs, or a gate is red
     */
    public Started request(RollbackRequest asked, String user, String idempotencyKey) {
        Requester who = new Requester(user, groups.of(user));
        who.requireMayRequest();
        Optional<Started> before = repeated(asked, who, idempotencyKey);
        if (before.isPresent()) {
            return before.get();
        }
        try {
            List<ManagedSystem> systems = start.systems(asked);
            start.requireFree(systems);
            if (asked.needsRestorePoint()) {
                throw new RestorePointMissing(systems.get(0).id(), offered(asked, systems.get(0)));
            }
            return transaction.execute(status -> keepAndBegin(asked, who, idempotencyKey));
        } catch (Refusal refusal) {
            requests.refused(who.user(), Via.API, asked, refusal);
            throw refusal;
        }
    }

    /** What may be chosen for the request. */
    List<RestorePoint> offered(RollbackRequest asked, ManagedSystem system) {
        return points.last(system, RestorePoints.OFFERED, asked.scope());
    }

    private Started keepAndBegin(RollbackRequest asked, Requester who, String idempotencyKey) {
        Optional<String> id = requests.keep(who.user(), Via.API, idempotencyKey, asked, null);
        if (id.isEmpty()) {
            // Another call with this key was committed while this one waited for it.
            return repeated(asked, who, idempotencyKey).orElseThrow();
        }
        return new Started(id.get(), start.begin(id.get(), asked, who.user(), who), false);
    }

    private Optional<Started> repeated(RollbackRequest asked, Requester who, String idempotencyKey) {
        if (idempotencyKey == null) {
            return Optional.empty();
        }
        return requests.repeated(who.user(), idempotencyKey).map(kept -> {
            if (!kept.request().equals(asked)) {
                throw new Refusal(
                        ErrorCode.REQUEST_REPEATED,
                        "idempotency key '" + idempotencyKey + "' was used for " + kept.id() + ": "
                                + kept.request().fields(),
                        "use another key for another request.");
            }
            return new Started(kept.id(), kept.incidents(), true);
        });
    }
}
