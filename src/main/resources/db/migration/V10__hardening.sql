-- Under which lock a plan was made last: a step of a plan from before the lock was given away must not act any more.
alter table plan add column fence bigint;
