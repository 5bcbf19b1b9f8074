-- Topics of Amazon SNS that asked to be subscribed; a person confirms, nothing does so by itself.
create table alert_subscription (
    id bigint generated always as identity primary key,
    topic text not null,
    message_id text not null unique,
    subscribe_url text not null,
    body bytea not null,
    asked_at timestamptz not null default now(),
    confirmed_by text,
    confirmed_at timestamptz
);

-- What a truncated message of Alertmanager left out is an alert of its own; there are few.
create index alert_hidden on alert (source, key) where key like 'hidden/%';
