-- The stand-in's memory: one file, so that a killed process loses nothing it had answered.

create table if not exists objects (
    seq integer primary key autoincrement,
    account text not null,
    id text not null,
    object text not null,
    created integer not null,
    body text not null check (json_valid(body)),
    -- what Stripe knows of an object and does not show in it: a session's lines, for example
    private text not null default '{}' check (json_valid(private)),
    unique (account, id)
);

create index if not exists objects_by_kind on objects (account, object, seq);

create index if not exists open_sessions_by_expiry
on objects (json_extract(body, '$.expires_at'))
where object = 'checkout.session' and json_extract(body, '$.status') = 'open';

-- what will happen by itself, in seconds of the stand-in's clock
create table if not exists agenda (
    seq integer primary key autoincrement,
    account text not null,
    at integer not null,
    action text not null,
    object_id text not null
);

create index if not exists agenda_due on agenda (at, seq);

create table if not exists deliveries (
    event_id text primary key,
    account text not null,
    state text not null check (state in ('pending', 'delivered', 'failed')),
    tries integer not null default 0,
    -- wall-clock seconds: a stand-in whose own clock was advanced still retries in real time
    next_at real not null,
    -- asked for by hand: sent even while webhooks are paused
    forced integer not null default 0
);

create index if not exists deliveries_due on deliveries (next_at) where state = 'pending';

create table if not exists attempts (
    seq integer primary key autoincrement,
    event_id text not null,
    at real not null,
    url text not null,
    status integer,
    error text,
    answer text,
    milliseconds integer not null
);

create index if not exists attempts_by_event on attempts (event_id, seq);

create table if not exists idempotency_keys (
    account text not null,
    key text not null,
    path text not null,
    fingerprint text not null,
    status integer not null,
    body text not null,
    request_id text not null,
    created integer not null,
    primary key (account, key)
);

create table if not exists settings (
    name text primary key,
    value text not null
);
