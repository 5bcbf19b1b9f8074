-- A glass that lets a backup be approved which is not proved; null for one that lets a person sign a task alone.
alter table break_glass add column backup_id text;
create index break_glass_by_backup on break_glass (incident_id, backup_id) where backup_id is not null;

-- What a snapshot before an upgrade consists of, part by part: what is kept, what the system does not have, what is missing.
create table snapshot_part (
    set_id     text not null,
    release_id text not null,
    part       text not null check (part in ('RELEASE', 'CONFIGURATION', 'PACKAGE_LOCK', 'ARTEFACTS', 'DATA')),
    state      text not null check (state in ('KEPT', 'NOT_APPLICABLE', 'MISSING')),
    detail     text not null,
    file       text,
    bytes      bigint,
    sha256     text,
    primary key (set_id, part)
);

create index snapshot_part_by_release on snapshot_part (release_id);
