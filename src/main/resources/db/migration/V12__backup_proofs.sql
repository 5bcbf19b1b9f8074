-- What is known of a backup set beyond its files: who signed its manifest, where it came from, whether it was ever
-- restored, and whether a person threw it away.
alter table backup_set drop constraint backup_set_purpose_check;
alter table backup_set add constraint backup_set_purpose_check
    check (purpose in ('PRE_UPGRADE', 'SCHEDULED', 'EMERGENCY', 'ADOPTED'));
alter table backup_set
    add column signed         boolean not null default false,
    add column origin         text,
    add column discarded_at   timestamptz,
    add column discarded_by   text,
    add column discard_reason text;

-- Rows are not known before an adopted backup was restored once; a dump holds nothing that came after its snapshot.
alter table backup_part alter column table_rows drop not null;
alter table backup_part
    add column format      text not null default 'CUSTOM'
        check (format in ('CUSTOM', 'DIRECTORY', 'PLAIN', 'PLAIN_GZIP')),
    add column snapshot_at timestamptz;

-- The public halves of the keys that manifests are signed with, one for each data directory.
create table backup_key (
    id         text primary key,
    public_key text        not null,
    added_at   timestamptz not null default now()
);

-- One row for each time a set was read to its end, or restored beside to prove it.
create table backup_proof (
    run_key      text primary key,
    set_id       text        not null,
    restores     boolean     not null,
    requested_by text        not null,
    started_at   timestamptz not null default now(),
    ended_at     timestamptz,
    outcome      text check (outcome in ('PROVED', 'READ', 'FAILED', 'GIVEN_UP')),
    code         text,
    message      text,
    check ((ended_at is null) = (outcome is null))
);

-- One at a time for a set.
create unique index backup_proof_running on backup_proof (set_id) where ended_at is null;
create index backup_proof_by_set on backup_proof (set_id, ended_at desc);

-- What one store's trial restore measured: the history from which restore times are predicted.
create table backup_trial (
    run_key        text        not null references backup_proof (run_key) on delete cascade,
    system_id      text        not null,
    store_id       text        not null,
    set_id         text        not null,
    bytes          bigint      not null,
    database_bytes bigint      not null,
    load_millis    bigint      not null,
    check_millis   bigint      not null,
    findings       text        not null,
    ended_at       timestamptz not null default now(),
    primary key (run_key, store_id)
);

create index backup_trial_by_store on backup_trial (system_id, store_id, ended_at desc);

-- When something was last begun by schedule: whoever moves the time on begins it, whichever node that is.
create table backup_schedule (
    system_id text        not null,
    what      text        not null check (what in ('BACKUP', 'PROOF')),
    begun_at  timestamptz not null,
    primary key (system_id, what)
);
