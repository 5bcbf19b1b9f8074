-- How many ends of alerts had come when the end of all withdrew what waited: people who are asked all the same, since it
-- was measured that the end was wrong, are not passed over by the same end again.
alter table incident add column end_acted_on bigint not null default 0;
