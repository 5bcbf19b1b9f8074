-- A part of a backup may be files, settings, keys of etcd or a dump of Neo4j.
alter table backup_part drop constraint backup_part_format_check;
alter table backup_part
    add check (format in ('CUSTOM', 'DIRECTORY', 'PLAIN', 'PLAIN_GZIP', 'SQLITE', 'TAR_GZIP', 'SETTINGS', 'ETCD', 'NEO4J'));
