-- Queues have traits: how urgent they are beside others, and whose jobs must follow one another.

alter table private.queues
add column priority integer not null default 0
constraint priority_is_from_minus_100_to_100 check (priority between -100 and 100),
add column ordered_by text
constraint ordered_by_is_a_payload_key check (ordered_by ~ '^[a-z][a-z0-9_]*$');
comment on column private.queues.priority is
'Higher goes first where queues share the hands of a worker process (WORKER_TOTAL_CONCURRENCY): a '
'hand that becomes free goes to the queue with the highest priority of those that want one. Within '
'a queue nothing overtakes; between processes nothing is agreed.';
comment on column private.queues.ordered_by is
'A key of the payload. Of the jobs with one value of it only the oldest is claimed, and none while '
'another is under way or waits for its next try; jobs without the key are in no line.';

create function private.tune_queue(
    name text, priority integer default null, ordered_by text default null
)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update private.queues as q
    set priority = coalesce(tune_queue.priority, q.priority),
        ordered_by = coalesce(tune_queue.ordered_by, q.ordered_by)
    where q.name = tune_queue.name;
    if not found then
        perform private.fail(
            404, 'queue_not_found', format('La file %s n''existe pas.', tune_queue.name),
            'Create it first with private.create_queue.'
        );
    end if;
    if tune_queue.ordered_by is not null then
        execute format(
            'create index if not exists %I on pgmq.%I ((message ->> %L), msg_id)',
            'q_' || name || '_line_idx', 'q_' || name, tune_queue.ordered_by
        );
        execute format(
            'create index if not exists %I on pgmq.%I ((message ->> %L)) where read_ct > 0',
            'q_' || name || '_busy_idx', 'q_' || name, tune_queue.ordered_by
        );
    end if;
end;
$$;
comment on function private.tune_queue is
'Gives a queue a priority or an order by key; called by migrations after private.create_queue.';

select private.classify('private.queues', null);
