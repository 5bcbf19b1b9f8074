-- The ledger: append-only, one hash chain for each incident.
-- details is text and not jsonb: the hash covers its bytes.
create table evidence (
    incident_id   text        not null,
    sequence      bigint      not null check (sequence > 0),
    started_at    timestamptz not null,
    ended_at      timestamptz not null,
    system_id     text,
    level         smallint,
    kind          text        not null,
    step          text,
    target        text,
    wanted        text,
    seen          text,
    outcome       text        not null,
    actor         text        not null,
    plan_sha256   text,
    details       text        not null,
    previous_hash text        not null check (length(previous_hash) = 64),
    hash          text        not null check (length(hash) = 64),
    primary key (incident_id, sequence)
);

-- How long each chain is and where it ends: without it a cut tail could not be told.
-- Two appenders of one incident wait for each other on this row.
create table evidence_head (
    incident_id text   not null primary key,
    entries     bigint not null,
    hash        text   not null check (length(hash) = 64)
);

create function evidence_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'table ''%'' is append-only: % is refused', tg_table_name, lower(tg_op)
        using hint = 'write another entry that says what was wrong.', errcode = 'insufficient_privilege';
end
$$;

create function evidence_head_grows() returns trigger language plpgsql as $$
begin
    if new.incident_id <> old.incident_id or new.entries <> old.entries + 1 then
        raise exception 'head of incident ''%'' grows by one entry at a time', old.incident_id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;

create trigger evidence_no_change before update or delete on evidence
    for each row execute function evidence_refuse();
create trigger evidence_no_truncate before truncate on evidence
    for each statement execute function evidence_refuse();
create trigger evidence_head_only_grows before update on evidence_head
    for each row execute function evidence_head_grows();
create trigger evidence_head_no_delete before delete on evidence_head
    for each row execute function evidence_refuse();
create trigger evidence_head_no_truncate before truncate on evidence_head
    for each statement execute function evidence_refuse();
