-- Backup sets: one row per set, one row per store in it. The rows are what counts; the manifest file beside the
-- dumps is for people and for the day when this database is gone.
create table backup_set (
    id              text primary key,
    system_id       text        not null,
    purpose         text        not null check (purpose in ('PRE_UPGRADE', 'SCHEDULED', 'EMERGENCY')),
    release_id      text,
    incident_id     text,
    taken_at        timestamptz not null,
    complete        boolean     not null default false,
    manifest_sha256 text
);

create index backup_set_by_system on backup_set (system_id, taken_at desc);

-- A step that is repeated finds the set that it began.
create unique index backup_set_by_incident on backup_set (incident_id, system_id, purpose)
    where incident_id is not null;

create table backup_part (
    set_id         text   not null references backup_set (id) on delete cascade,
    store_id       text   not null,
    file           text   not null,
    bytes          bigint not null,
    sha256         text   not null,
    table_rows     text   not null,
    schema_version text,
    server_version text   not null,
    primary key (set_id, store_id)
);
