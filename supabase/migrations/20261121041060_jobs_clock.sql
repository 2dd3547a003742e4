-- What the minute clock does for jobs, and what an operator's screen shows of them.

create function private.sweep_jobs()
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform private.move_delayed_jobs();
    delete from private.worker_waiting as w where w.id in (
        select s.id from private.worker_waiting as s where s.until < now() for update skip locked
    );
    -- The story of a job that was purged with its queue, or deleted by hand.
    delete from private.job_attempts as a using (
        select o.queue, o.msg_id, o.read_ct from private.job_attempts as o
        where o.failed_at < now() - interval '30 days' order by o.failed_at limit 10000
    ) as old
    where a.queue = old.queue and a.msg_id = old.msg_id and a.read_ct = old.read_ct;
    delete from private.dead_letters as d where d.id in (
        select o.id from private.dead_letters as o
        where o.died_at < now() - interval '1 year' order by o.died_at limit 10000
        for update skip locked
    );
end;
$$;
comment on function private.sweep_jobs is
'Delayed jobs become due; what nobody waits for any more goes. Set-based, bounded, safe twice.';
create index dead_letters_by_time on private.dead_letters (died_at);
select cron.schedule('sweep-jobs', '* * * * *', 'select private.sweep_jobs()');

drop function worker.queue_depths();
drop function private.queue_depths();

create function private.queue_depths()
returns table (
    queue text, depth bigint, oldest_seconds double precision, dead bigint, ready bigint,
    in_flight bigint, retrying bigint, delayed bigint, sent bigint, priority integer
)
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    known private.queues;
begin
    for known in select * from private.queues as q order by q.name loop
        return query execute format(
            'select $1, count(job.msg_id),
                greatest(coalesce(extract(epoch from statement_timestamp() - min(job.enqueued_at)), 0), 0)::float8,
                (select count(*) from private.dead_letters as d where d.queue = $1),
                count(*) filter (where job.vt <= statement_timestamp()),
                count(*) filter (where job.vt > statement_timestamp() and job.read_ct > 0) - again.count,
                again.count,
                count(*) filter (where job.vt > statement_timestamp() and job.read_ct = 0)
                + (select count(*) from private.delayed_jobs as d where d.queue = $1),
                coalesce(pg_sequence_last_value(pg_get_serial_sequence(%2$L, ''msg_id'')), 0), $2
            from pgmq.%1$I as job
            right join (
                select count(*) from private.job_attempts as a
                inner join pgmq.%1$I as j
                    on j.msg_id = a.msg_id and j.read_ct = a.read_ct and j.vt > statement_timestamp()
                where a.queue = $1
            ) as again on true
            group by again.count',
            'q_' || known.name, format('pgmq.%I', 'q_' || known.name)
        ) using known.name, known.priority;
    end loop;
end;
$$;
comment on function private.queue_depths is
'What waits (ready, in flight, retrying, delayed), how long the oldest has waited, how many died, '
'how many were ever sent. Definer: reads queue tables.';

create function worker.queue_depths()
returns table (
    queue text, depth bigint, oldest_seconds double precision, dead bigint, ready bigint,
    in_flight bigint, retrying bigint, delayed bigint, sent bigint, priority integer
)
language sql
stable
set search_path = ''
as $$ select * from private.queue_depths(); $$;
comment on function worker.queue_depths is
'For health checks, metrics and operators. `depth` counts what is in the queue, claimed included; '
'`retrying` has failed and waits for its next try; `delayed` is not due yet.';

grant execute on function private.queue_depths, worker.queue_depths to service_role;
