-- Incidents that run while Sternway is upgraded from a version that did not keep these columns yet. When a column came is
-- in Flyway's own table: what was opened or approved since then has said for itself what it has to say.

-- Their decision has no rank: nothing counts as worse, so no process is told what its older model does not wait for.
update incident set decided_rank = 2147483647
where ended_at is null and decided_rank is null
    and opened_at < (select installed_on from flyway_schema_history where version = '5');

-- Their levels run under the approval that they have, and are carried to the end.
update approval set begun_at = decided_at
where kind = 'ROLLBACK' and void_at is null and begun_at is null
    and decided_at < (select installed_on from flyway_schema_history where version = '8')
    and incident_id in (select id from incident where ended_at is null);
