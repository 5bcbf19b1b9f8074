-- Rows that a person chose to bring back from a kept database, who agreed, and what is needed to undo it.
create table salvage (
    id bigint generated always as identity primary key,
    incident_id text not null,
    system_id text not null,
    store_id text not null,
    -- CHOSEN, REJECTED, PREPARED (written down, the commit may be under way), APPLIED, UNDOING, UNDONE
    state text not null default 'CHOSEN',
    -- table names as a JSON array
    tables jsonb not null,
    only_missing boolean not null,
    -- as many rows as were found when they were chosen: more are not written
    most_rows bigint not null,
    chosen_by text not null,
    chosen_at timestamptz not null default now(),
    approved_by text,
    approved_at timestamptz,
    expires_at timestamptz,
    -- the transaction of the live database that wrote the rows, and how each table's rows are told apart
    transaction_id text,
    live_identity text,
    shapes jsonb,
    inserted bigint,
    updated bigint,
    left_out bigint,
    ended_at timestamptz,
    undo_asked_by text,
    undo_approved_by text,
    undo_expires_at timestamptz,
    undo_transaction_id text,
    undone_at timestamptz
);

create index salvage_incident on salvage (incident_id);

-- One row that was written: its key, the values it had before (null: there was no row), and a hash of what it became.
create table salvage_row (
    salvage_id bigint not null references salvage (id),
    number bigint not null,
    table_name text not null,
    key jsonb not null,
    before jsonb,
    after_hash text not null,
    primary key (salvage_id, number)
);
