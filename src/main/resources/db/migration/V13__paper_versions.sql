-- A paper written again is a further version; what was handed out earlier stays what it was.
alter table paper add column version integer not null default 1;
alter table paper alter column version drop default;
alter table paper drop constraint paper_pkey;
alter table paper add primary key (incident_id, kind, version);
