-- Messages whose signature covers a time, for as long as it is good: sent again, they have no second effect.
create table alert_once (
    format text not null,
    signed text not null,
    seen_at timestamptz not null default now(),
    repeats integer not null default 0,
    primary key (format, signed)
);

create index alert_once_seen on alert_once (seen_at);
