-- Releases that ran and were known good: what level 2 goes back to. Rows are added and read, never changed.
create table release (
    id              text primary key,
    system_id       text        not null,
    version         text        not null,
    recorded_at     timestamptz not null,
    number          bigint      not null generated always as identity,
    services        jsonb       not null,
    schema_versions jsonb       not null
);

create index release_by_system on release (system_id, number desc);
