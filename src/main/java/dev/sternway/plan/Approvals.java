package dev.sternway.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who approved which plan, until when, and up to what loss; the database's clock decides what is valid. */
@Component
public class Approvals {

    /** What an approval is for. */
    public enum Kind {
        /** A rollback that loses no data. */
        ROLLBACK,
        /** The loss of data, by the person who typed the phrase. */
        PHRASE,
        /** The loss of data, by the second person. */
        SECOND
    }

    /**
     * One person's approval of one plan.
     *
     * @param lossBound the greatest loss that it allows, in rows that are lost or go back to older values; null for
     *     ROLLBACK
     * @param valid neither void nor expired, by the database's clock, when it was read
     * @param begun the level has begun under it and is carried to its end, however late it gets
     */
    public record Approval(
            Kind kind,
            String userId,
            Long lossBound,
            Instant decidedAt,
            Instant expiresAt,
            boolean valid,
            boolean begun) {}

    private final JdbcClient database;

    Approvals(JdbcClient database) {
        this.database = database;
    }

    /**
     * Keeps an approval, in the caller's transaction; one that has expired makes room.
     *
     * @throws DuplicateKeyException when a valid one of the kind is there: somebody was first
     */
    public Approval give(
            String incidentId, String planSha256, Kind kind, String userId, Long lossBound, Duration valid) {
        database.sql("""
                        update approval set void_at = now(), void_reason = 'expired'
                        where incident_id = :incident and plan_sha256 = :plan and kind = :kind and void_at is null
                            and expires_at <= now()
                        """)
                .param("incident", incidentId)
                .param("plan", planSha256)
                .param("kind", kind.name())
                .update();
        database.sql("""
                        insert into approval (incident_id, plan_sha256, kind, user_id, loss_bound, expires_at)
                        values (:incident, :plan, :kind, :user, :bound, now() + cast(:valid as interval))
                        """)
                .param("incident", incidentId)
                .param("plan", planSha256)
                .param("kind", kind.name())
                .param("user", userId)
                .param("bound", lossBound)
                .param("valid", valid.toString())
                .update();
        return find(incidentId, planSha256, kind).orElseThrow();
    }

    /** The approval of the kind that is not void, valid or expired. */
    public Optional<Approval> find(String incidentId, String planSha256, Kind kind) {
        return of(incidentId, planSha256).stream()
                .filter(each -> each.kind() == kind)
                .findFirst();
    }

    /** The approvals of a plan that are not void. */
    public List<Approval> of(String incidentId, String planSha256) {
        return database.sql("""
                        select kind, user_id, loss_bound, decided_at, expires_at, expires_at > now() as valid,
                            begun_at is not null as begun
                        from approval
                        where incident_id = :incident and plan_sha256 = :plan and void_at is null order by id
                        """)
                .param("incident", incidentId)
                .param("plan", planSha256)
                .query((row, n) -> new Approval(
                        Kind.valueOf(row.getString("kind")),
                        row.getString("user_id"),
                        row.getObject("loss_bound", Long.class),
                        row.getTimestamp("decided_at").toInstant(),
                        row.getTimestamp("expires_at").toInstant(),
                        row.getBoolean("valid"),
                        row.getBoolean("begun")))
                .list();
    }

    /**
     * Lets a level begin under its approval, when that holds now; once begun it goes on.
     *
     * @return true for the first call that finds it valid
     */
    public boolean begin(String incidentId, String planSha256) {
        return database.sql("""
                        update approval set begun_at = now()
                        where incident_id = :incident and plan_sha256 = :plan and kind = 'ROLLBACK' and void_at is null
                            and begun_at is null and expires_at > now()
                        """)
                        .param("incident", incidentId)
                        .param("plan", planSha256)
                        .update()
                == 1;
    }

    /** Makes all approvals of a plan void. */
    public void makeVoid(String incidentId, String planSha256, String reason) {
        database.sql("""
                        update approval set void_at = now(), void_reason = :reason
                        where incident_id = :incident and plan_sha256 = :plan and void_at is null
                        """)
                .param("reason", reason)
                .param("incident", incidentId)
                .param("plan", planSha256)
                .update();
    }
}
