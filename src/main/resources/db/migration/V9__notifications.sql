-- What people and other systems are told: a notice is one occasion of one incident, the outbox has one row for each
-- channel and audience that it goes to. Both are written in the transaction of the process.

create table notice (
    id bigint generated always as identity primary key,
    incident_id text not null,
    system_id text,
    occasion text not null,
    -- What of several it is about, a task or a level for example; empty when there is only one.
    subject text not null default '',
    facts jsonb not null,
    told_at timestamptz not null default now(),
    unique (incident_id, occasion, subject)
);

create table outbox (
    id bigint generated always as identity primary key,
    notice_id bigint not null references notice (id) on delete cascade,
    incident_id text not null,
    channel text not null,
    audience text not null,
    -- TELL, or what the channel itself does: TRIGGER and RESOLVE, ON and OFF.
    act text not null default 'TELL',
    -- What belongs together at the receiver: the key that a trigger and its resolve share.
    dedup text not null,
    -- Rows of one incident and lane are sent one after another, the oldest first.
    lane text not null,
    due_at timestamptz not null,
    state text not null default 'WAITING' check (state in ('WAITING', 'DELIVERED', 'FAILED', 'SUPERSEDED')),
    attempts integer not null default 0,
    next_try_at timestamptz not null default now(),
    lease text,
    lease_until timestamptz,
    -- Proof of delivery: when, under which id of the receiver, and what it answered.
    delivered_at timestamptz,
    delivery_id text,
    response text,
    last_error text,
    -- Set when the deadline passed before it was delivered, and who was told instead.
    late_at timestamptz,
    escalated_to text,
    unique (notice_id, channel, audience, dedup)
);

create index outbox_next on outbox (channel, next_try_at) where state = 'WAITING';
create index outbox_waiting on outbox (incident_id, lane, id) where state = 'WAITING';
create index outbox_late on outbox (due_at) where late_at is null and state in ('WAITING', 'FAILED');
create index outbox_incident on outbox (incident_id, id);
