-- A short delay is announced: a worker that sleeps for longer would not know of it in time.

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
    -- Asked here already: a busy queue, which has nobody waiting, is spared a call. No worker polls
    -- more rarely than each minute, and each poll learns when the next hidden job is due.
    if delay_seconds <= 60 and exists (
        select from private.worker_waiting as w where w.queue = enqueue.queue and w.until > now()
    ) then
        perform private.wake_workers(enqueue.queue);
    end if;
    return sent;
end;
$$;
comment on function private.enqueue is
'Queues a job in the caller''s transaction; null means the dedupe key says it is queued already. A '
'delay of more than 15 minutes waits in delayed_jobs, and the id is that row''s, negative. Idle workers '
'are woken for a delay of up to a minute, too: they look, find nothing, and know when it is due.';
