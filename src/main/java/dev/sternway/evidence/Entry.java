package dev.sternway.evidence;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** An entry on its way into the ledger; {@link Ledger#append} gives it its place in the chain. */
public record Entry(
        String incidentId,
        Instant startedAt,
        Instant endedAt,
        String systemId,
        Integer level,
        Evidence.Kind kind,
        String step,
        String target,
        String wanted,
        String seen,
        Evidence.Outcome outcome,
        String actor,
        String planSha256,
        ObjectNode details) {

    /** The actor of what Sternway does by itself. */
    public static final String SELF = "sternway";

    /** A moment's fact that concerns the whole incident. */
    public static Entry fact(
            String incidentId, Evidence.Kind kind, String step, String wanted, String seen, Evidence.Outcome outcome) {
        Instant now = Instant.now();
        return new Entry(
                incidentId,
                now,
                now,
                null,
                null,
                kind,
                step,
                null,
                wanted,
                seen,
                outcome,
                SELF,
                null,
                JsonNodeFactory.instance.objectNode());
    }

    public Entry by(String user) {
        return new Entry(
                incidentId,
                startedAt,
                endedAt,
                systemId,
                level,
                kind,
                step,
                target,
                wanted,
                seen,
                outcome,
                user,
                planSha256,
                details);
    }

    public Entry of(String system, Integer ofLevel, String plan) {
        return new Entry(
                incidentId,
                startedAt,
                endedAt,
                system,
                ofLevel,
                kind,
                step,
                target,
                wanted,
                seen,
                outcome,
                actor,
                plan,
                details);
    }

    public Entry on(String newTarget) {
        return new Entry(
                incidentId,
                startedAt,
                endedAt,
                systemId,
                level,
                kind,
                step,
                newTarget,
                wanted,
                seen,
                outcome,
                actor,
                planSha256,
                details);
    }

    public Entry with(ObjectNode newDetails) {
        return new Entry(
                incidentId,
                startedAt,
                endedAt,
                systemId,
                level,
                kind,
                step,
                target,
                wanted,
                seen,
                outcome,
                actor,
                planSha256,
                newDetails);
    }
}
