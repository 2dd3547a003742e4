-- Jobs: queues, dedupe keys and dead letters over pgmq; enqueue in the transaction that makes an effect due.

create table private.queues (
    name text primary key constraint name_is_a_key check (name ~ '^[a-z][a-z0-9_]*$'),
    max_attempts integer not null default 12
    constraint max_attempts_is_positive check (max_attempts > 0),
    description text not null
);
comment on table private.queues is
'The queues that exist and how often a job of theirs is tried before it is a dead letter.';

create table private.job_keys (
    queue text not null references private.queues (name),
    key text not null,
    expires_at timestamptz not null,
    primary key (queue, key)
);
comment on table private.job_keys is
'Dedupe keys: the same effect asked for twice is queued once, until the key expires.';
create index job_keys_by_expiry on private.job_keys (expires_at);

create table private.dead_letters (
    id bigint generated always as identity primary key,
    queue text not null references private.queues (name),
    msg_id bigint not null,
    payload jsonb not null,
    read_ct integer not null,
    code text not null,
    message text not null,
    enqueued_at timestamptz not null,
    died_at timestamptz not null default now()
);
comment on table private.dead_letters is
'Jobs nobody will try again by themselves, with the reason; an operator replays or drops them.';
create index dead_letters_by_queue on private.dead_letters (queue, died_at);

alter table private.queues enable row level security;
alter table private.job_keys enable row level security;
alter table private.dead_letters enable row level security;

create function private.create_queue(name text, description text, max_attempts integer default 12)
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform pgmq.create(create_queue.name);
    execute format('alter table pgmq.%I enable row level security', 'q_' || create_queue.name);
    execute format('alter table pgmq.%I enable row level security', 'a_' || create_queue.name);
    -- A queue is all churn: vacuum by count, not by share, so that reads never wade through the dead.
    execute format(
        'alter table pgmq.%I set (autovacuum_vacuum_scale_factor = 0, '
        'autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0, fillfactor = 70)',
        'q_' || create_queue.name
    );
    insert into private.queues (name, max_attempts, description)
    values (create_queue.name, create_queue.max_attempts, create_queue.description);
end;
$$;
comment on function private.create_queue is 'Makes a queue; called by the migration that adds it.';

create function private.enqueue(
    queue text, payload jsonb, dedupe_key text default null,
    delay_seconds integer default 0, dedupe_for interval default '7 days'
)
returns bigint
language plpgsql
set search_path = ''
as $$
begin
    if dedupe_key is not null then
        insert into private.job_keys as known (queue, key, expires_at)
        values (enqueue.queue, dedupe_key, now() + dedupe_for)
        on conflict on constraint job_keys_pkey do update set expires_at = excluded.expires_at
        where known.expires_at <= now();
        if not found then
            return null;
        end if;
    end if;
    return sent from pgmq.send(enqueue.queue, payload, delay_seconds) as sent;
end;
$$;
comment on function private.enqueue is
'Queues a job in the caller''s transaction; null means the dedupe key says it is queued already.';

select private.create_queue('payments', 'Webhook events of payment providers, to be settled.');
select private.create_queue('emails', 'Messages of the outbox, to be sent.');
