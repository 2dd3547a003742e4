-- A worker that finds nothing learns when to look again: what becomes due by itself (a retry, a
-- short delay, the lease of a killed worker) is announced by nobody.

create function private.next_due_in(queue text)
returns double precision
language plpgsql
security definer
set search_path = ''
as $$
declare
    due timestamptz;
begin
    execute format('select min(job.vt) from pgmq.%I as job where job.vt > $1', 'q_' || queue)
    into due using now();
    return extract(epoch from due - clock_timestamp());
end;
$$;
comment on function private.next_due_in is
'Seconds until the next hidden job of a queue is due, null where none is hidden: one look at the end of '
'the index on vt. Definer: queue tables are the owner''s alone.';
grant execute on function private.next_due_in to service_role;

create or replace function worker.settle(
    queue text, done jsonb default '[]', failed jsonb default '[]',
    claim integer default 0, lease_seconds integer default 60,
    worker text default null, idle boolean default false
)
returns jsonb
language sql
set search_path = ''
as $$
    select case
        when settle.idle and said -> 'jobs' = '[]'
            then said || jsonb_build_object('due_in', private.next_due_in(settle.queue))
        else said
    end
    from private.settle(queue, done, failed, claim, lease_seconds, worker, idle) as said;
$$;
comment on function worker.settle is
'Completes done [{id, read_ct}], retries or buries failed [{id, read_ct, code, message, '
'retry_in_seconds}] and claims up to `claim` (at most 1000) jobs for lease_seconds. `worker` names '
'who asks, for the story of a job; `idle` asks to be woken if nothing was due, and to be told '
'when something is (due_in, seconds or null).';
