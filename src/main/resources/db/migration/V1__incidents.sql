-- Alerts, incidents, plans and approvals: what the processes refer to by id.

create sequence incident_number;

create table incident (
    id text primary key,
    system_id text not null,
    title text not null,
    state text not null,
    waits_for text,
    levels_tried text not null default '',
    process_instance_id text,
    opened_at timestamptz not null default now(),
    closed_at timestamptz,
    ended_at timestamptz
);

-- One running incident per system: a further alert joins it.
create unique index incident_running_per_system on incident (system_id) where ended_at is null;

create table alert (
    id bigint generated always as identity primary key,
    source text not null,
    key text not null,
    status text not null check (status in ('FIRING', 'RESOLVED')),
    state text not null default 'WAITING' check (state in ('WAITING', 'STARTED', 'JOINED', 'NOTED', 'REFUSED')),
    reason text,
    system_id text,
    incident_id text references incident (id),
    received_at timestamptz not null default now(),
    alert jsonb not null,
    body bytea not null,
    unique (source, key)
);

create index alert_waiting on alert (id) where state = 'WAITING';

-- One rollback per system at a time.
create sequence fence;

create table rollback_lock (
    system_id text primary key,
    incident_id text not null,
    fence bigint not null,
    holder text not null,
    reason text not null,
    acquired_at timestamptz not null default now()
);

create table plan (
    incident_id text not null,
    sha256 text not null,
    level integer not null,
    body jsonb not null,
    created_at timestamptz not null default now(),
    primary key (incident_id, sha256)
);

-- An approval is a row, written from the authenticated user inside the completing call.
create table approval (
    id bigint generated always as identity primary key,
    incident_id text not null,
    plan_sha256 text not null,
    kind text not null check (kind in ('ROLLBACK', 'PHRASE', 'SECOND')),
    user_id text not null,
    loss_bound bigint,
    decided_at timestamptz not null default now(),
    expires_at timestamptz not null,
    void_at timestamptz,
    void_reason text
);

create unique index approval_valid_once on approval (incident_id, plan_sha256, kind) where void_at is null;

create table step_progress (
    incident_id text not null,
    step text not null,
    target text not null,
    percent integer not null,
    doing text not null,
    updated_at timestamptz not null default now(),
    primary key (incident_id, step, target)
);

create table paper (
    incident_id text not null,
    kind text not null,
    markdown text not null,
    sha256 text not null,
    written_at timestamptz not null default now(),
    primary key (incident_id, kind)
);
