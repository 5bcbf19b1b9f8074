-- What people do: who answered which task, who was asked when nobody took one, and who broke the glass.

-- When the first step began under an approval: from then on the level is carried to its end.
alter table approval add column begun_at timestamptz;

-- Who decided a task: the key makes sure that of two people at once one is first, and the other can read who.
create table task_answer (
    task_id text primary key,
    incident_id text not null,
    task_key text not null,
    user_id text not null,
    answer text not null,
    answered_at timestamptz not null default now()
);

-- Nobody took a task in time: each stage asks further people, once.
create table escalation (
    task_id text not null,
    stage integer not null,
    incident_id text not null,
    task_key text not null,
    task_name text not null,
    -- Who may sign the task since then; null when the stage only tells.
    added text,
    -- The groups that are told, separated by commas.
    told text not null,
    at timestamptz not null,
    primary key (task_id, stage)
);

create index escalation_incident on escalation (incident_id, at);

-- Somebody signs one task for whose groups nobody is there; reviewed afterwards by another person.
create table break_glass (
    id bigint generated always as identity primary key,
    incident_id text not null,
    task_id text not null,
    task_key text not null,
    task_name text not null,
    user_id text not null,
    reason text not null,
    broken_at timestamptz not null default now(),
    reviewed_by text,
    reviewed_at timestamptz,
    justified boolean,
    review text,
    unique (task_id, user_id)
);

create index break_glass_incident on break_glass (incident_id, id);

-- Entries on their way into the ledger: kept in the transaction that they tell of, written right after it.
create table ledger_outbox (
    id uuid primary key,
    number bigint generated always as identity,
    incident_id text not null,
    entry text not null,
    kept_at timestamptz not null default now()
);
