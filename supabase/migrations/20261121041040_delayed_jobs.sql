-- Long delays wait outside the queues, and an enqueueing wakes whoever sleeps.

create table private.delayed_jobs (
    id bigint generated always as identity primary key,
    queue text not null references private.queues (name) on delete cascade,
    payload jsonb not null,
    due_at timestamptz not null,
    created_at timestamptz not null default now()
);
comment on table private.delayed_jobs is
'Jobs due in more than a quarter of an hour; the minute clock moves them into their queue. A queue '
'that holds what is not due yet is read, vacuumed and counted with it.';
create index delayed_jobs_by_due_time on private.delayed_jobs (due_at);
create index delayed_jobs_by_queue on private.delayed_jobs (queue);
alter table private.delayed_jobs enable row level security;
select private.classify(
    'private.delayed_jobs', '{payload}', 'personal', 'which row a worker must act on: ids only',
    'until the job is due', 'deleted'
);
select private.classify('private.delayed_jobs', null);

create function private.wake_workers(queue text)
returns void
language plpgsql
set search_path = ''
as $$
begin
    -- A busy queue has nobody waiting: this one look is all it pays.
    if not exists (
        select from private.worker_waiting as w where w.queue = wake_workers.queue and w.until > now()
    ) then
        return;
    end if;
    begin
        -- What another transaction is removing, it announces itself: nobody waits for its end.
        delete from private.worker_waiting as w
        where w.id in (
            select s.id from private.worker_waiting as s
            where s.queue = wake_workers.queue
            for update skip locked
        );
        if found then
            perform realtime.send('{}'::jsonb, 'wake', 'jobs:' || wake_workers.queue, true);
        end if;
    exception
        when others then
            -- Waking is a courtesy, polling the rule: no job is lost for want of a broadcast.
            raise warning 'workers of % are not woken: %', wake_workers.queue, sqlerrm;
    end;
end;
$$;
comment on function private.wake_workers is
'One broadcast on the private topic jobs:<queue>, if idle workers wait for one. Never raises.';

create or replace function private.enqueue(
    queue text, payload jsonb, dedupe_key text default null,
    delay_seconds integer default 0, dedupe_for interval default '7 days'
)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    wait constant interval := make_interval(secs => greatest(delay_seconds, 0));
    sent bigint;
begin
    if dedupe_key is not null then
        insert into private.job_keys as known (queue, key, expires_at)
        values (enqueue.queue, dedupe_key, now() + dedupe_for + wait)
        on conflict on constraint job_keys_pkey do update set expires_at = excluded.expires_at
        where known.expires_at <= now();
        if not found then
            return null;
        end if;
    end if;
    if delay_seconds > 900 then
        insert into private.delayed_jobs as job (queue, payload, due_at)
        values (enqueue.queue, enqueue.payload, now() + wait)
        returning -job.id into sent;
        return sent;
    end if;
    select s into sent from pgmq.send(enqueue.queue, payload, delay_seconds) as s;
    -- Asked here already: a busy queue, which has nobody waiting, is spared a call.
    if delay_seconds <= 0 and exists (
        select from private.worker_waiting as w where w.queue = enqueue.queue and w.until > now()
    ) then
        perform private.wake_workers(enqueue.queue);
    end if;
    return sent;
end;
$$;
comment on function private.enqueue is
'Queues a job in the caller''s transaction; null means the dedupe key says it is queued already. A '
'delay of more than 15 minutes waits in delayed_jobs, and the id is that row''s, negative.';

create function private.move_delayed_jobs(most integer default 20000)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    known text;
    here bigint;
    moved bigint := 0;
begin
    for known in
        select q.name from private.queues as q
        where exists (
            select from private.delayed_jobs as d
            where d.queue = q.name and d.due_at <= now() + interval '1 minute'
        )
    loop
        execute format(
            'with due as (
                delete from private.delayed_jobs as d where d.id in (
                    select s.id from private.delayed_jobs as s
                    where s.queue = $1 and s.due_at <= now() + interval ''1 minute''
                    order by s.due_at limit $2 for update skip locked
                ) returning d.payload, d.due_at
            ),
            sent as (
                insert into pgmq.%I (vt, enqueued_at, message)
                select due.due_at, due.due_at, due.payload from due order by due.due_at
                returning msg_id
            )
            select count(*) from sent', 'q_' || known
        ) into here using known, most;
        moved := moved + here;
        perform private.wake_workers(known);
    end loop;
    return moved;
end;
$$;
comment on function private.move_delayed_jobs is
'Moves what is due within a minute into its queue, hidden until its second: at most `most` of each '
'queue a call. Two clocks at once share the rows out; deleted and queued in one statement.';
