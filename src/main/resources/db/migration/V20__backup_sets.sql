-- A glass that lets a backup be approved which is not proved; null for one that lets a person sign a task alone.
alter table break_glass add column backup_id text;
create index break_glass_by_backup on break_glass (incident_id, backup_id) where backup_id is not null;
