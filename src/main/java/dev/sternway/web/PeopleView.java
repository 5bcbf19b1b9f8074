package dev.sternway.web;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What people have to do with an incident: what holds of their approvals, who was asked further, which glass was broken. */
record PeopleView(List<Given> given, List<Passed> passed, List<Glass> glasses) {

    /** How an approval stands. */
    enum Standing {
        VALID,
        /** Its level has begun under it and is carried to its end. */
        BEGUN,
        EXPIRED,
        VOID
    }

    /**
     * One approval.
     *
     * @param user {@code sternway} for a level that the tables pre-authorise
     * @param why why it is void, or null
     */
    record Given(
            String kind,
            String user,
            Integer level,
            Instant at,
            Instant expiresAt,
            Standing standing,
            Instant endedAt,
            String why) {
        public boolean preAuthorised() {
            return user.equals("sternway");
        }
    }

    /** A task that nobody took, passed on. */
    record Passed(String task, int stage, String added, List<String> told, Instant at) {}

    /** A glass that was broken; reviewedBy is null before the review, backupId unless it lets an unproved backup be approved. */
    record Glass(
            String task,
            String user,
            String reason,
            Instant at,
            String reviewedBy,
            Instant reviewedAt,
            boolean justified,
            String review,
            String backupId) {}

    /** Reads it. */
    @Component
    static class Reader {
        private final JdbcClient jdbc;

        Reader(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        PeopleView read(String incidentId) {
            return new PeopleView(given(incidentId), passed(incidentId), glasses(incidentId));
        }

        /** The database's clock says what holds. */
        private List<Given> given(String incidentId) {
            return jdbc.sql("""
                            select approval.kind, approval.user_id, plan.level, approval.decided_at, approval.expires_at,
                                approval.void_at, approval.void_reason,
                                case when approval.void_at is not null then 'VOID'
                                     when approval.begun_at is not null then 'BEGUN'
                                     when approval.expires_at <= now() then 'EXPIRED' else 'VALID' end as standing
                            from approval left join plan on plan.incident_id = approval.incident_id
                                and plan.sha256 = approval.plan_sha256
                            where approval.incident_id = ? order by approval.id
                            """)
                    .param(incidentId)
                    .query((row, n) -> new Given(
                            row.getString("kind"),
                            row.getString("user_id"),
                            row.getObject("level", Integer.class),
                            instant(row, "decided_at"),
                            instant(row, "expires_at"),
                            Standing.valueOf(row.getString("standing")),
                            instant(row, "void_at"),
                            row.getString("void_reason")))
                    .list();
        }

        private List<Passed> passed(String incidentId) {
            return jdbc.sql("select * from escalation where incident_id = ? order by at, task_id, stage")
                    .param(incidentId)
                    .query((row, n) -> new Passed(
                            row.getString("task_name"),
                            row.getInt("stage"),
                            row.getString("added"),
                            List.of(row.getString("told").split(",")),
                            instant(row, "at")))
                    .list();
        }

        private List<Glass> glasses(String incidentId) {
            return jdbc.sql("select * from break_glass where incident_id = ? order by id")
                    .param(incidentId)
                    .query((row, n) -> new Glass(
                            row.getString("task_name"),
                            row.getString("user_id"),
                            row.getString("reason"),
                            instant(row, "broken_at"),
                            row.getString("reviewed_by"),
                            instant(row, "reviewed_at"),
                            row.getBoolean("justified"),
                            row.getString("review"),
                            row.getString("backup_id")))
                    .list();
        }

        private static Instant instant(ResultSet row, String column) throws SQLException {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
    }
}
