-- Every decision of an incident: what was known, what matched, what was decided. Written in the transaction of the
-- process, so that a job that is tried again leaves nothing twice.
create table decision (
    id bigint generated always as identity primary key,
    incident_id text not null,
    process_instance_id text not null,
    begun_at timestamptz not null default now(),
    -- Null while the tables are asked.
    decided_at timestamptz,
    severity text,
    action text,
    scenario text,
    scope text,
    level integer,
    service text,
    feature text,
    restore_reason text,
    pre_authorised boolean,
    decide_within integer,
    response text,
    downtime_budget integer,
    approver_groups text,
    -- The rows that led from the matched rules to the decision.
    steps jsonb not null default '[]',
    -- The version of each table that was asked.
    table_versions jsonb not null default '{}'
);

create index decision_by_incident on decision (incident_id, id);
create unique index decision_begun_once on decision (process_instance_id) where decided_at is null;

-- What an alert said when the tables were asked.
create table decision_facts (
    decision_id bigint not null references decision (id) on delete cascade,
    alert text not null,
    facts jsonb not null,
    primary key (decision_id, alert)
);

-- Every row of a table that matched, those that are switched off too.
create table decision_rule (
    decision_id bigint not null references decision (id) on delete cascade,
    alert text not null,
    table_id text not null,
    rule text not null,
    severity text,
    action text,
    decide_within integer,
    scenario text,
    reason text,
    switched_off boolean not null,
    primary key (decision_id, alert, table_id, rule)
);
