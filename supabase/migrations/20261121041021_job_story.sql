-- A dead letter tells the whole story: every try, why it failed, when, and with which worker.

alter table private.dead_letters
add column story jsonb not null default '[]'
constraint story_is_a_list check (jsonb_typeof(story) = 'array');
comment on column private.dead_letters.story is
'Every failed try, oldest first: {attempt, code, message, worker, failed_at}. An attempt that is '
'missing never answered: its worker died or lost the lease.';

create or replace function private.bury_jobs(queue text, victims jsonb)
returns bigint []
language plpgsql
set search_path = ''
as $$
declare
    buried bigint [];
begin
    execute format(
        'with held as (
            select * from jsonb_to_recordset($1)
                as h (id bigint, read_ct int, code text, message text, worker text)
        ),
        gone as (
            delete from pgmq.%I as job using held
            where job.msg_id = held.id and job.read_ct = held.read_ct
            returning job.msg_id, job.message as payload, job.read_ct, job.enqueued_at,
                left(coalesce(held.code, ''unknown''), 100) as code,
                left(coalesce(held.message, ''''), 2000) as message, left(held.worker, 200) as worker
        ),
        told as (
            delete from private.job_attempts as a using gone
            where a.queue = $2 and a.msg_id = gone.msg_id
            returning a.msg_id, a.read_ct, a.code, a.message, a.worker, a.failed_at
        ),
        stories as (
            select told.msg_id, jsonb_agg(jsonb_build_object(
                ''attempt'', told.read_ct, ''code'', told.code, ''message'', told.message,
                ''worker'', told.worker, ''failed_at'', told.failed_at
            ) order by told.read_ct) as story
            from told group by told.msg_id
        ),
        buried as (
            insert into private.dead_letters
                (queue, msg_id, payload, read_ct, code, message, enqueued_at, story)
            select $2, gone.msg_id, gone.payload, gone.read_ct, gone.code, gone.message,
                gone.enqueued_at,
                coalesce(stories.story, ''[]'') || jsonb_build_object(
                    ''attempt'', gone.read_ct, ''code'', gone.code, ''message'', gone.message,
                    ''worker'', gone.worker, ''failed_at'', clock_timestamp()
                )
            from gone left join stories on stories.msg_id = gone.msg_id
            returning msg_id
        )
        select array_agg(msg_id) from buried', 'q_' || queue
    ) into buried using victims, queue;
    return coalesce(buried, '{}');
end;
$$;
comment on function private.bury_jobs is
'Moves jobs to the dead letters with the story of their tries, in one statement, fenced.';

select private.classify(
    'private.dead_letters', '{story}', 'personal',
    'why each try failed; a provider''s words may repeat an address',
    'until an operator replays or drops it, at most 1 year', 'deleted'
);
