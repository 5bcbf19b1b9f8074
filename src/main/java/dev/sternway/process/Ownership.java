package dev.sternway.process;

import dev.sternway.port.OutsideException;
import java.sql.Timestamp;
import java.util.Optional;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutorContext;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Whether a job or an external task is still this node's: read from the database each time, since the engine's own copy
 * is from before the work began.
 */
@Component
class Ownership {
    private final JdbcClient database;

    Ownership(JdbcClient database) {
        this.database = database;
    }

    private record Held(String owner, Timestamp until) {}

    /** The job that this thread runs, if the job executor runs it. */
    static Optional<JobEntity> job() {
        JobExecutorContext context = Context.getJobExecutorContext();
        return Optional.ofNullable(context == null ? null : context.getCurrentJob())
                .filter(job -> job.getLockOwner() != null);
    }

    /** @throws OutsideException when another node has taken the job, or could take it any moment */
    void require(JobEntity job) {
        require(
                "job of activity '" + job.getActivityId() + "'",
                job.getLockOwner(),
                database.sql("select lock_owner_, lock_exp_time_ from act_ru_job where id_ = ?")
                        .param(job.getId())
                        .query((row, n) -> new Held(row.getString(1), row.getTimestamp(2)))
                        .optional());
    }

    /** @throws OutsideException when another node has taken the task, or could take it any moment */
    void require(LockedExternalTask task) {
        require(
                "external task '" + task.getActivityId() + "'",
                task.getWorkerId(),
                database.sql("select worker_id_, lock_exp_time_ from act_ru_ext_task where id_ = ?")
                        .param(task.getId())
                        .query((row, n) -> new Held(row.getString(1), row.getTimestamp(2)))
                        .optional());
    }

    private static void require(String what, String owner, Optional<Held> held) {
        boolean ours = held.filter(found -> owner.equals(found.owner()))
                .filter(found -> found.until() != null && found.until().after(ClockUtil.getCurrentTime()))
                .isPresent();
        if (!ours) {
            throw new OutsideException(what + " is not held by this node any more, nothing more is touched: "
                    + held.map(found -> "'" + found.owner() + "' has it until " + found.until())
                            .orElse("it is done or gone"));
        }
    }
}
