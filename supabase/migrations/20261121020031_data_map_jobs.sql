-- The data map, machinery: queues, dedupe keys, dead letters, and the map itself.

create or replace function private.create_queue(
    name text, description text, max_attempts integer default 12
)
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
    perform private.classify_queue(create_queue.name);
end;
$$;
comment on function private.create_queue is 'Makes a queue; called by the migration that adds it.';

create function private.classify_queue(name text)
returns void
language plpgsql
set search_path = ''
as $$
declare
    kept regclass;
begin
    foreach kept in array array[
        format('pgmq.%I', 'q_' || name)::regclass, format('pgmq.%I', 'a_' || name)::regclass
    ] loop
        perform private.classify(
            kept, '{message}', 'personal', 'which row a worker must act on: ids only',
            'until the job is done', 'deleted'
        );
        perform private.classify(kept, null);
    end loop;
end;
$$;
comment on function private.classify_queue is
'Every queue is in the data map from its first moment: create_queue calls this.';

select private.classify_queue(q.name) from private.queues as q;
select private.classify('private.queues', null);

select private.classify(
    'private.dead_letters', '{payload}', 'personal', 'which row a job was to act on: ids only',
    'until an operator replays or drops it, at most 1 year', 'deleted'
);
select private.classify(
    'private.dead_letters', '{message}', 'personal',
    'why the job died; a provider''s words may repeat an address',
    'until an operator replays or drops it, at most 1 year', 'deleted'
);
select private.classify('private.dead_letters', null);

select private.classify(
    'private.job_keys', '{key}', 'personal', 'that an effect was asked for already; ids only',
    '7 days, unless the effect says otherwise', 'deleted'
);
select private.classify('private.job_keys', null);

select private.classify('private.data_map', null);
