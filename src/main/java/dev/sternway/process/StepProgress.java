package dev.sternway.process;

import dev.sternway.port.DataStore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps how far the long steps are, for the incident page. */
@Component
class StepProgress {
    private static final Logger LOG = LoggerFactory.getLogger(StepProgress.class);
    private static final long AT_MOST_EVERY_NANOS = 500_000_000L;

    private final JdbcClient database;

    StepProgress(JdbcClient database) {
        this.database = database;
    }

    /** A progress that is cheap to call often: it is written twice a second at most. */
    DataStore.Progress of(String incidentId, String step, String target) {
        AtomicLong last = new AtomicLong(System.nanoTime() - AT_MOST_EVERY_NANOS);
        return (percent, doing) -> {
            long now = System.nanoTime();
            long before = last.get();
            if (now - before >= AT_MOST_EVERY_NANOS && last.compareAndSet(before, now)) {
                tell(incidentId, step, target, percent, doing);
            }
        };
    }

    /** A step does not fail because nobody could be told how far it is. */
    private void tell(String incidentId, String step, String target, int percent, String doing) {
        try {
            write(incidentId, step, target, percent, doing);
        } catch (DataAccessException e) {
            LOG.warn("progress of step '{}' on '{}' could not be kept: {}", step, target, e.toString());
        }
    }

    private void write(String incidentId, String step, String target, int percent, String doing) {
        database.sql("""
                        insert into step_progress (incident_id, step, target, percent, doing)
                        values (:incident, :step, :target, :percent, :doing)
                        on conflict (incident_id, step, target)
                            do update set percent = excluded.percent, doing = excluded.doing, updated_at = now()
                        """)
                .param("incident", incidentId)
                .param("step", step)
                .param("target", target == null ? "" : target)
                .param("percent", percent)
                .param("doing", doing)
                .update();
    }

    void done(String incidentId, String step, String target) {
        database.sql("delete from step_progress where incident_id = :incident and step = :step and target = :target")
                .param("incident", incidentId)
                .param("step", step)
                .param("target", target == null ? "" : target)
                .update();
    }
}
