-- settle: the one call of a worker: complete, retry or bury what was done, claim the next batch.

create function private.settle(
    queue text, done jsonb, failed jsonb, claim integer, lease_seconds integer
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    max_attempts integer := (select q.max_attempts from private.queues as q where q.name = queue);
    stale bigint [] := '{}';
    dead bigint [] := '{}';
    kept bigint [];
    claimed jsonb := '[]';
    worn_out jsonb;
begin
    if max_attempts is null then
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
            select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements(failed) as f
            where f ->> 'retry_in_seconds' is null or (f ->> 'read_ct')::int >= max_attempts
        ));
        kept := private.retry_jobs(queue, (
            select coalesce(jsonb_agg(f), '[]') from jsonb_array_elements(failed) as f
            where f ->> 'retry_in_seconds' is not null and (f ->> 'read_ct')::int < max_attempts
        ));
        stale := stale || array(
            select (f ->> 'id')::bigint from jsonb_array_elements(failed) as f
            where (f ->> 'id')::bigint <> all(dead || kept)
        );
    end if;
    if claim > 0 then
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', j.msg_id, 'read_ct', j.read_ct, 'enqueued_at', j.enqueued_at, 'payload', j.message
        ) order by j.msg_id), '[]') into claimed
        from pgmq.read(queue, lease_seconds, least(claim, 1000)) as j;
        -- A job that kills its worker never reports a failure: its reads tell.
        worn_out := (
            select jsonb_agg(j || jsonb_build_object(
                'code', 'attempts_exhausted',
                'message', 'Claimed too often without an answer: it may be killing its worker.'
            ))
            from jsonb_array_elements(claimed) as j where (j ->> 'read_ct')::int > max_attempts
        );
        if worn_out is not null then
            dead := dead || private.bury_jobs(queue, worn_out);
            claimed := (
                select coalesce(jsonb_agg(j), '[]') from jsonb_array_elements(claimed) as j
                where (j ->> 'read_ct')::int <= max_attempts
            );
        end if;
    end if;
    return jsonb_build_object(
        'stale', to_jsonb(stale), 'dead', to_jsonb(dead), 'jobs', claimed
    );
end;
$$;
comment on function private.settle is
'Definer: queue tables are the owner''s alone. Merged into one call because round trips are the cost.';
