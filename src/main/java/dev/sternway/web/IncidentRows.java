package dev.sternway.web;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads what is known of incidents outside their evidence. */
@Component
class IncidentRows {
    private static final int MOST = 500;

    /**
     * One incident.
     *
     * @param closedAt when it was called closed, or null
     * @param endedAt when its last watch ended, or null
     */
    record IncidentRow(
            String id,
            String systemId,
            String title,
            String state,
            String waitsFor,
            String levelsTried,
            String processInstanceId,
            Instant openedAt,
            Instant closedAt,
            Instant endedAt) {
        public boolean open() {
            return closedAt == null && endedAt == null;
        }
    }

    /** How far a long step is. */
    record Progress(String step, String target, int percent, String doing, Instant updatedAt) {}

    private final JdbcClient jdbc;

    IncidentRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest 500, open ones first. */
    List<IncidentRow> newest() {
        return jdbc.sql("select * from incident order by (closed_at is null and ended_at is null) desc,"
                        + " opened_at desc limit " + MOST)
                .query(IncidentRows::read)
                .list();
    }

    Optional<IncidentRow> find(String id) {
        return jdbc.sql("select * from incident where id = ?")
                .param(id)
                .query(IncidentRows::read)
                .optional();
    }

    /** Long steps that were on their way within the last minute. */
    List<Progress> running(String id) {
        return jdbc.sql("select * from step_progress where incident_id = ? and percent < 100"
                        + " and updated_at > now() - interval '1 minute' order by step, target")
                .param(id)
                .query((row, number) -> new Progress(
                        row.getString("step"),
                        row.getString("target"),
                        row.getInt("percent"),
                        row.getString("doing"),
                        instant(row, "updated_at")))
                .list();
    }

    private static IncidentRow read(ResultSet row, int number) throws SQLException {
        return new IncidentRow(
                row.getString("id"),
                row.getString("system_id"),
                row.getString("title"),
                row.getString("state"),
                row.getString("waits_for"),
                row.getString("levels_tried"),
                row.getString("process_instance_id"),
                instant(row, "opened_at"),
                instant(row, "closed_at"),
                instant(row, "ended_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
