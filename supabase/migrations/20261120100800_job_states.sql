-- The three ends of a job, each one statement for a batch, each fenced by (id, read_ct).

create function private.complete_jobs(queue text, done jsonb)
returns bigint []
language plpgsql
set search_path = ''
as $$
declare
    stale bigint [];
begin
    execute format(
        'with held as (select id, read_ct from jsonb_to_recordset($1) as h (id bigint, read_ct int)),
        gone as (
            delete from pgmq.%I as job using held
            where job.msg_id = held.id and job.read_ct = held.read_ct
            returning job.msg_id
        )
        select array_agg(held.id) from held
        where not exists (select 1 from gone where gone.msg_id = held.id)',
        'q_' || queue
    ) into stale using done;
    return coalesce(stale, '{}');
end;
$$;
comment on function private.complete_jobs is
'Deletes what is done, fenced by (id, read_ct): a worker whose lease ran out removes nothing.';

create function private.bury_jobs(queue text, victims jsonb)
returns bigint []
language plpgsql
set search_path = ''
as $$
declare
    buried bigint [];
begin
    execute format(
        'with held as (
            select * from jsonb_to_recordset($1) as h (id bigint, read_ct int, code text, message text)
        ),
        gone as (
            delete from pgmq.%I as job using held
            where job.msg_id = held.id and job.read_ct = held.read_ct
            returning job.msg_id, job.message as payload, job.read_ct, job.enqueued_at,
                held.code, held.message
        ),
        buried as (
            insert into private.dead_letters
                (queue, msg_id, payload, read_ct, code, message, enqueued_at)
            select $2, gone.msg_id, gone.payload, gone.read_ct,
                left(coalesce(gone.code, ''unknown''), 100), left(coalesce(gone.message, ''''), 2000),
                gone.enqueued_at
            from gone
            returning msg_id
        )
        select array_agg(msg_id) from buried', 'q_' || queue
    ) into buried using victims, queue;
    return coalesce(buried, '{}');
end;
$$;
comment on function private.bury_jobs is 'Moves jobs to the dead letters in one statement, fenced.';

create function private.retry_jobs(queue text, failed jsonb)
returns bigint []
language plpgsql
set search_path = ''
as $$
declare
    kept bigint [];
begin
    execute format(
        'with held as (
            select * from jsonb_to_recordset($1)
                as h (id bigint, read_ct int, retry_in_seconds double precision)
        ),
        kept as (
            update pgmq.%I as job
            set vt = clock_timestamp() + make_interval(secs => held.retry_in_seconds)
            from held
            where job.msg_id = held.id and job.read_ct = held.read_ct
            returning job.msg_id
        )
        select array_agg(msg_id) from kept', 'q_' || queue
    ) into kept using failed;
    return coalesce(kept, '{}');
end;
$$;
comment on function private.retry_jobs is 'Makes jobs visible again after the wait the worker chose.';
