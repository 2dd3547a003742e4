-- settle, second version: claims by our own statement, tells the story, knows who works and who waits.

create table private.worker_waiting (
    id bigint generated always as identity primary key,
    queue text not null references private.queues (name) on delete cascade,
    until timestamptz not null default now() + interval '5 minutes'
);
comment on table private.worker_waiting is
'Idle workers that want to be woken: the next enqueueing removes the row and broadcasts once. Rows, '
'not one a queue: a worker then never waits for a transaction that is removing it.';
create index worker_waiting_by_queue on private.worker_waiting (queue, until);
alter table private.worker_waiting enable row level security;
select private.classify('private.worker_waiting', null);

create function private.wait_for_jobs(queue text)
returns void
language sql
set search_path = ''
as $$
    insert into private.worker_waiting (queue)
    select wait_for_jobs.queue
    where not exists (
        select from private.worker_waiting as w
        where w.queue = wait_for_jobs.queue and w.until > now() + interval '2 minutes'
    );
$$;
comment on function private.wait_for_jobs is
'Registers that workers of a queue are idle. One row serves all of them: the broadcast reaches each.';

drop function worker.settle(text, jsonb, jsonb, integer, integer);
drop function private.settle(text, jsonb, jsonb, integer, integer);

create function private.settle(
    queue text, done jsonb, failed jsonb, claim integer, lease_seconds integer,
    worker text default null, idle boolean default false
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    traits private.queues;
    stale bigint [] := '{}';
    dead bigint [] := '{}';
    kept bigint [];
    claimed jsonb := '[]';
    worn_out jsonb;
begin
    select * into traits from private.queues as q where q.name = queue;
    if not found then
        perform private.fail(
            404, 'queue_not_found', format('There is no queue %s.', queue),
            'Create it in a migration with private.create_queue.'
        );
    end if;
    if jsonb_array_length(done) > 0 then
        stale := private.complete_jobs(queue, done);
    end if;
    if jsonb_array_length(failed) > 0 then
        dead := private.bury_jobs(queue, (
            select coalesce(jsonb_agg(f || jsonb_build_object('worker', worker)), '[]')
            from jsonb_array_elements(failed) as f
            where f ->> 'retry_in_seconds' is null or (f ->> 'read_ct')::int >= traits.max_attempts
        ));
        kept := private.retry_jobs(queue, (
            select coalesce(jsonb_agg(f || jsonb_build_object('worker', worker)), '[]')
            from jsonb_array_elements(failed) as f
            where f ->> 'retry_in_seconds' is not null
                and (f ->> 'read_ct')::int < traits.max_attempts
        ));
        stale := stale || array(
            select (f ->> 'id')::bigint from jsonb_array_elements(failed) as f
            where (f ->> 'id')::bigint <> all(dead || kept)
        );
    end if;
    if claim > 0 then
        claimed := case
            when traits.ordered_by is null
                then private.claim_jobs(queue, least(claim, 1000), lease_seconds)
            else private.claim_in_line(
                queue, least(claim, 1000), lease_seconds, traits.ordered_by
            )
        end;
        -- A job that kills its worker never reports a failure: its reads tell.
        if jsonb_path_exists(
            claimed, '$[*].read_ct ? (@ > $most)', jsonb_build_object('most', traits.max_attempts)
        ) then
            dead := dead || private.bury_jobs(queue, (
                select jsonb_agg(j || jsonb_build_object(
                    'code', 'attempts_exhausted',
                    'message', 'Claimed too often without an answer: it may be killing its worker.'
                ))
                from jsonb_array_elements(claimed) as j
                where (j ->> 'read_ct')::int > traits.max_attempts
            ));
            claimed := (
                select coalesce(jsonb_agg(j), '[]') from jsonb_array_elements(claimed) as j
                where (j ->> 'read_ct')::int <= traits.max_attempts
            );
        end if;
        if idle and claimed = '[]' then
            perform private.wait_for_jobs(queue);
        end if;
    end if;
    return jsonb_build_object(
        'stale', to_jsonb(stale), 'dead', to_jsonb(dead), 'jobs', claimed,
        'priority', traits.priority
    );
end;
$$;
comment on function private.settle is
'Definer: queue tables are the owner''s alone. Merged into one call because round trips are the cost.';

create function worker.settle(
    queue text, done jsonb default '[]', failed jsonb default '[]',
    claim integer default 0, lease_seconds integer default 60,
    worker text default null, idle boolean default false
)
returns jsonb
language sql
set search_path = ''
as $$ select private.settle(queue, done, failed, claim, lease_seconds, worker, idle); $$;
comment on function worker.settle is
'Completes done [{id, read_ct}], retries or buries failed [{id, read_ct, code, message, '
'retry_in_seconds}] and claims up to `claim` (at most 1000) jobs for lease_seconds. `worker` names '
'who asks, for the story of a job; `idle` asks to be woken if nothing was due.';

grant execute on function private.settle, worker.settle to service_role;
