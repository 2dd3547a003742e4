-- Every failed try of a job is noted, and only then: what succeeds at once writes nothing more.

create table private.job_attempts (
    queue text not null references private.queues (name) on delete cascade,
    msg_id bigint not null,
    read_ct integer not null,
    code text not null,
    message text not null,
    worker text,
    failed_at timestamptz not null default clock_timestamp(),
    primary key (queue, msg_id, read_ct)
);
comment on table private.job_attempts is
'The failed tries of jobs that will be tried again; a job''s rows go into its dead letter, or go '
'when it succeeds. At most max_attempts rows a job.';
create index job_attempts_by_time on private.job_attempts (failed_at);
alter table private.job_attempts enable row level security;

create or replace function private.complete_jobs(queue text, done jsonb)
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
    -- What succeeds at once has no story to forget.
    if done @? '$[*].read_ct ? (@ > 1)' then
        delete from private.job_attempts as a
        using jsonb_to_recordset(done) as h (id bigint, read_ct integer)
        where a.queue = complete_jobs.queue and a.msg_id = h.id and a.read_ct < h.read_ct
            and h.id <> all(coalesce(stale, '{}'));
    end if;
    return coalesce(stale, '{}');
end;
$$;
comment on function private.complete_jobs is
'Deletes what is done, fenced by (id, read_ct): a worker whose lease ran out removes nothing.';

create or replace function private.retry_jobs(queue text, failed jsonb)
returns bigint []
language plpgsql
set search_path = ''
as $$
declare
    kept bigint [];
begin
    execute format(
        'with held as (
            select * from jsonb_to_recordset($1) as h (
                id bigint, read_ct int, code text, message text, worker text,
                retry_in_seconds double precision
            )
        ),
        kept as (
            update pgmq.%I as job
            set vt = clock_timestamp() + make_interval(secs => held.retry_in_seconds)
            from held
            where job.msg_id = held.id and job.read_ct = held.read_ct
            returning job.msg_id, job.read_ct, held.code, held.message, held.worker
        ),
        told as (
            insert into private.job_attempts (queue, msg_id, read_ct, code, message, worker)
            select $2, kept.msg_id, kept.read_ct, left(coalesce(kept.code, ''unknown''), 100),
                left(coalesce(kept.message, ''''), 500), left(kept.worker, 200)
            from kept
            on conflict do nothing
        )
        select array_agg(msg_id) from kept', 'q_' || queue
    ) into kept using failed, queue;
    return coalesce(kept, '{}');
end;
$$;
comment on function private.retry_jobs is
'Makes jobs visible again after the wait the worker chose, and notes why this try failed.';

select private.classify(
    'private.job_attempts', '{message}', 'personal',
    'why a try failed; a provider''s words may repeat an address',
    'until the job succeeds or dies, at most 30 days', 'deleted'
);
select private.classify('private.job_attempts', null);
