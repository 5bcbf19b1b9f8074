-- A part of a backup may be a SQLite file.
alter table backup_part drop constraint backup_part_format_check;
alter table backup_part
    add check (format in ('CUSTOM', 'DIRECTORY', 'PLAIN', 'PLAIN_GZIP', 'SQLITE'));
