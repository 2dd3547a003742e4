-- What an operator does with dead letters: look, replay, drop – over the API, so on hosted too.

create function private.find_dead_letters(
    queue text, ids bigint [], code text, up_to_id bigint, most integer
)
returns setof bigint
language sql
set search_path = ''
as $$
    select d.id from private.dead_letters as d
    where d.queue = find_dead_letters.queue
        and (find_dead_letters.ids is null or d.id = any(find_dead_letters.ids))
        and (find_dead_letters.code is null or d.code = find_dead_letters.code)
        and (up_to_id is null or d.id <= up_to_id)
    order by d.id limit least(most, 10000)
    for update skip locked;
$$;
comment on function private.find_dead_letters is
'The letters an operator means, oldest first, locked: two operators at once share them out.';

create function private.replay_dead_letters(
    queue text, ids bigint [], code text, up_to_id bigint
)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
    opener regprocedure;
    payloads jsonb;
begin
    if not exists (select from private.queues as q where q.name = queue) then
        perform private.fail(404, 'queue_not_found', format('There is no queue %s.', queue));
    end if;
    with gone as (
        delete from private.dead_letters as d where d.id in (
            select private.find_dead_letters(
                replay_dead_letters.queue, replay_dead_letters.ids, replay_dead_letters.code,
                replay_dead_letters.up_to_id, 10000
            )
        )
        returning d.id, d.payload
    )
    select coalesce(jsonb_agg(gone.payload order by gone.id), '[]') into payloads from gone;
    -- A queue whose rows remember that the job died has a function that opens them again.
    opener := to_regprocedure(format('private.%I(jsonb)', 'reopen_' || queue));
    if opener is not null and payloads <> '[]' then
        execute format('select private.%I($1)', 'reopen_' || queue) using payloads;
    end if;
    execute format(
        'insert into pgmq.%I (vt, message)
        select clock_timestamp(), p.value from jsonb_array_elements($1) with ordinality as p
        order by p.ordinality', 'q_' || queue
    ) using payloads;
    perform private.wake_workers(queue);
    return jsonb_array_length(payloads);
end;
$$;
comment on function private.replay_dead_letters is
'Puts letters back into their queue as new jobs, with every attempt before them. Definer: queue '
'tables are the owner''s alone.';

create function private.purge_dead_letters(
    queue text, ids bigint [], code text, up_to_id bigint
)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
    dropped bigint;
begin
    delete from private.dead_letters as d where d.id in (
        select private.find_dead_letters(
            purge_dead_letters.queue, purge_dead_letters.ids, purge_dead_letters.code,
            purge_dead_letters.up_to_id, 10000
        )
    );
    get diagnostics dropped = row_count;
    return dropped;
end;
$$;
comment on function private.purge_dead_letters is
'Drops letters nobody will replay. Definer: service_role reaches no table of ours.';

create function private.list_dead_letters(queue text, after_id bigint, most integer, letter bigint)
returns table (
    id bigint, queue text, msg_id bigint, payload jsonb, attempts integer, code text, message text,
    enqueued_at timestamptz, died_at timestamptz, story jsonb
)
language sql
stable
security definer
set search_path = ''
as $$
    select d.id, d.queue, d.msg_id, d.payload, d.read_ct, d.code, d.message, d.enqueued_at,
        d.died_at, d.story
    from private.dead_letters as d
    where (list_dead_letters.queue is null or d.queue = list_dead_letters.queue)
        and (after_id is null or d.id < after_id)
        and (letter is null or d.id = letter)
    order by d.id desc limit least(greatest(most, 1), 500);
$$;
comment on function private.list_dead_letters is
'Dead letters, newest first. Definer: service_role reaches no table of ours.';
create index dead_letters_by_code on private.dead_letters (queue, code);
