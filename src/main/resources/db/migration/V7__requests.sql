-- Rollbacks that people and programs asked for: who, what, and what came of it. Refused ones are kept too.

create sequence rollback_request_number;

create table rollback_request (
    id text primary key,
    requested_by text not null,
    via text not null check (via in ('FORM', 'API')),
    idempotency_key text,
    body jsonb not null,
    state text not null check (state in ('ASKED', 'CHOOSING', 'STARTED', 'REFUSED', 'WITHDRAWN')),
    process_instance_id text,
    offered jsonb not null default '[]',
    code text,
    message text,
    requested_at timestamptz not null default now(),
    answered_at timestamptz
);

-- A retry of the same call finds what the first one started.
create unique index rollback_request_once on rollback_request (requested_by, idempotency_key)
    where idempotency_key is not null;

create unique index rollback_request_by_process on rollback_request (process_instance_id)
    where process_instance_id is not null;

-- Each system has an incident of its own.
create table rollback_request_incident (
    request_id text not null references rollback_request (id) on delete cascade,
    system_id text not null,
    incident_id text not null,
    primary key (request_id, system_id)
);
