-- The job RPC that workers call, and what an operator reads of the queues.

create function private.extend(queue text, leases jsonb, lease_seconds integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    lost bigint [];
begin
    if not exists (select 1 from private.queues as q where q.name = queue) then
        perform private.fail(404, 'queue_not_found', format('There is no queue %s.', queue));
    end if;
    execute format(
        'with held as (select id, read_ct from jsonb_to_recordset($1) as h (id bigint, read_ct int)),
        kept as (
            update pgmq.%I as job set vt = clock_timestamp() + make_interval(secs => $2)
            from held
            where job.msg_id = held.id and job.read_ct = held.read_ct
            returning job.msg_id
        )
        select array_agg(held.id) from held
        where not exists (select 1 from kept where kept.msg_id = held.id)', 'q_' || queue
    ) into lost using leases, lease_seconds;
    return jsonb_build_object('lost', to_jsonb(coalesce(lost, '{}')));
end;
$$;
comment on function private.extend is
'Lengthens leases while handlers run; tells which were lost. Definer as settle is.';

create function private.queue_depths()
returns table (queue text, depth bigint, oldest_seconds double precision, dead bigint)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    known text;
begin
    for known in select q.name from private.queues as q order by q.name loop
        return query execute format(
            'select $1, count(*), coalesce(extract(epoch from now() - min(enqueued_at)), 0)::float8,
                (select count(*) from private.dead_letters as d where d.queue = $1)
             from pgmq.%I', 'q_' || known
        ) using known;
    end loop;
end;
$$;
comment on function private.queue_depths is
'How much waits, how long the oldest has waited, how many died. Definer: reads queue tables.';

create function worker.settle(
    queue text, done jsonb default '[]', failed jsonb default '[]',
    claim integer default 0, lease_seconds integer default 60
)
returns jsonb
language sql
set search_path = ''
as $$ select private.settle(queue, done, failed, claim, lease_seconds); $$;
comment on function worker.settle is
'Completes done [{id, read_ct}], retries or buries failed [{id, read_ct, code, message, '
'retry_in_seconds}] and claims up to `claim` (at most 1000) jobs for lease_seconds.';

create function worker.extend(queue text, leases jsonb, lease_seconds integer default 60)
returns jsonb
language sql
set search_path = ''
as $$ select private.extend(queue, leases, lease_seconds); $$;
comment on function worker.extend is 'Heartbeat: leases [{id, read_ct}] live on; returns {lost: [id]}.';

create function worker.queue_depths()
returns table (queue text, depth bigint, oldest_seconds double precision, dead bigint)
language sql
stable
set search_path = ''
as $$ select * from private.queue_depths(); $$;
comment on function worker.queue_depths is 'For health checks and operators.';

grant execute on function
private.settle, private.extend, private.queue_depths,
worker.settle, worker.extend, worker.queue_depths
to service_role;
