-- Claiming: our own statements over pgmq's table, since pgmq.read walks past every hidden message
-- (it asks clock_timestamp() of each row), and since some queues keep the jobs of a key in line.

create function private.claim_jobs(queue text, most integer, lease_seconds integer)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    claimed jsonb;
begin
    execute format(
        'with due as materialized (
            select job.msg_id from pgmq.%1$I as job
            where job.vt <= $1
            order by job.vt limit $2
            for update skip locked
        ),
        taken as (
            update pgmq.%1$I as job
            set read_ct = job.read_ct + 1, vt = $1 + make_interval(secs => $3)
            from due
            where job.msg_id = due.msg_id
            returning job.msg_id, job.read_ct, job.enqueued_at, job.message
        )
        select jsonb_agg(jsonb_build_object(
            ''id'', taken.msg_id, ''read_ct'', taken.read_ct,
            ''enqueued_at'', taken.enqueued_at, ''payload'', taken.message
        ) order by taken.msg_id)
        from taken', 'q_' || queue
    ) into claimed using clock_timestamp(), most, lease_seconds;
    return coalesce(claimed, '[]');
end;
$$;
comment on function private.claim_jobs is
'Leases the jobs that are due, longest due first (index on vt, whose end is now: what is hidden is '
'never read), fenced against other claimers by row locks.';

create function private.claim_in_line(
    queue text, most integer, lease_seconds integer, ordered_by text
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    claimed jsonb;
begin
    -- Claimers of such a queue go one by one: the next statement then sees what the one before has
    -- taken, where two at once could each take a job of the same key.
    perform pg_advisory_xact_lock(hashtext('private.claim_in_line'), hashtext(queue));
    -- Two look-ups by index for each job that is due (private.tune_queue makes the indexes), in a
    -- form the planner cannot turn into a join, whose cost would be the square of a long line.
    execute format(
        'with due as materialized (
            select job.msg_id from pgmq.%1$I as job
            where job.vt <= $1 and (
                job.message ->> %2$L is null
                or (
                    job.msg_id = (
                        select head.msg_id from pgmq.%1$I as head
                        where (head.message ->> %2$L) = (job.message ->> %2$L)
                            and (head.read_ct > 0 or head.vt <= $1)
                        order by head.msg_id limit 1
                    )
                    and not exists (
                        select from pgmq.%1$I as busy
                        where (busy.message ->> %2$L) = (job.message ->> %2$L)
                            and busy.read_ct > 0 and busy.vt > $1
                    )
                )
            )
            order by job.vt limit $2
            for update skip locked
        ),
        taken as (
            update pgmq.%1$I as job
            set read_ct = job.read_ct + 1, vt = $1 + make_interval(secs => $3)
            from due
            where job.msg_id = due.msg_id
            returning job.msg_id, job.read_ct, job.enqueued_at, job.message
        )
        select jsonb_agg(jsonb_build_object(
            ''id'', taken.msg_id, ''read_ct'', taken.read_ct,
            ''enqueued_at'', taken.enqueued_at, ''payload'', taken.message
        ) order by taken.msg_id)
        from taken', 'q_' || queue, ordered_by
    ) into claimed using clock_timestamp(), most, lease_seconds;
    return coalesce(claimed, '[]');
end;
$$;
comment on function private.claim_in_line is
'The same for an ordered queue: of each key the oldest job, and none while another is under way or '
'waits for its next try.';
