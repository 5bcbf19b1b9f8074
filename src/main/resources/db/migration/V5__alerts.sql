-- The inbox keeps a message once, as it came; each alert refers to the message that brought it.
create table alert_message (
    id bigint generated always as identity primary key,
    format text not null,
    received_at timestamptz not null default now(),
    sha256 text not null check (length(sha256) = 64),
    body bytea not null,
    unique (format, sha256)
);

insert into alert_message (format, received_at, sha256, body)
    select source, min(received_at), encode(sha256(body), 'hex'), body from alert group by source, body;

alter table alert
    add column message_id bigint references alert_message (id),
    -- What firing and resolved have in common.
    add column series text,
    add column starts_at timestamptz,
    -- When it was started, joined or noted; a later look at the incident tells what came since.
    add column handled_at timestamptz,
    -- An alert that cannot be handled is tried again later, and holds up no other.
    add column attempts integer not null default 0,
    add column try_at timestamptz;

update alert set
    message_id = (select message.id from alert_message message
                  where message.format = alert.source and message.sha256 = encode(sha256(alert.body), 'hex')),
    series = regexp_replace(key, '/(firing|resolved)$', ''),
    starts_at = (alert.alert ->> 'startsAt')::timestamptz,
    handled_at = case when state in ('STARTED', 'JOINED', 'NOTED') then received_at end,
    alert = jsonb_set(alert.alert, '{series}', to_jsonb(regexp_replace(key, '/(firing|resolved)$', '')));

alter table alert
    alter column series set not null,
    alter column starts_at set not null,
    drop column body;

drop index alert_waiting;
create index alert_waiting on alert (system_id, id) where state = 'WAITING';
create index alert_by_series on alert (source, series);
create index alert_by_incident on alert (incident_id, handled_at, id);
create index alert_by_message on alert (message_id);
create index alert_message_received on alert_message (received_at);

-- Alerts that join touch the incident's row, never its process; a look at what waits weighs them all at once.
alter table incident
    -- The next look at whether the decision got worse; null when nothing can.
    add column weigh_at timestamptz,
    -- How strict the decision is that counts, as one number: only a higher one is told to the process.
    add column decided_rank integer,
    -- Alerts that came, and how many of them the evidence tells already.
    add column firing bigint not null default 0,
    add column resolved bigint not null default 0,
    add column told_firing bigint not null default 0,
    add column told_resolved bigint not null default 0,
    add column told_at timestamptz,
    -- A person fixes it forward: until then the same alerts open no new incident.
    add column quiet_until timestamptz;

update incident set
    firing = (select count(*) from alert where alert.incident_id = incident.id and status = 'FIRING'),
    resolved = (select count(*) from alert where alert.incident_id = incident.id and status = 'RESOLVED');
update incident set told_firing = firing, told_resolved = resolved,
    weigh_at = case when ended_at is null then now() end;

create index incident_to_weigh on incident (weigh_at) where weigh_at is not null and ended_at is null;
create index incident_quiet on incident (system_id, quiet_until) where quiet_until is not null;
