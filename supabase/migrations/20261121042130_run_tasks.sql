-- Tasks run: the clock queues what is due, a worker takes it up, and says what became of it.

create function private.start_due_tasks(at timestamptz default now(), most integer default 10000)
returns bigint
language sql
set search_path = ''
as $$
    with due as (
        select t.id from public.automated_tasks as t
        where t.status = 'pending' and t.queued_at is null and t.scheduled_for <= at
        order by t.scheduled_for limit most
        for update skip locked
    ),
    started as (
        update public.automated_tasks as t set queued_at = at
        from due where t.id = due.id returning t.id
    )
    select count(private.enqueue('tasks', jsonb_build_object('task_id', s.id), 'task:' || s.id))
    from started as s;
$$;
comment on function private.start_due_tasks is
'Queues the tasks that are due, each once, by however many clocks: the row is marked and its job '
'queued in one transaction.';
select cron.schedule('start-due-tasks', '* * * * *', 'select private.start_due_tasks()');

create function private.task_to_run(wanted uuid)
returns jsonb
language sql
security definer
set search_path = ''
as $$
    update public.automated_tasks as t
    set status = 'running', attempts = t.attempts + 1, started_at = coalesce(t.started_at, now()),
        finished_at = null
    where t.id = wanted and t.status in ('pending', 'running', 'failed')
    returning jsonb_build_object(
        'id', t.id, 'academy_id', t.academy_id, 'task_type', t.task_type, 'target_id', t.target_id,
        'parameters', t.parameters, 'attempt', t.attempts
    );
$$;
comment on function private.task_to_run is
'Takes a task up; null when it is done or cancelled. Running: a worker died with it. Failed: its '
'dead letter is replayed. Definer: writes tasks.';

create function private.send_reminder(wanted uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    task public.automated_tasks;
    mail public.email_messages;
    told jsonb;
begin
    select * into task from public.automated_tasks as t where t.id = wanted for no key update;
    if task.id is null or task.task_type <> 'send_reminder_email' then
        perform private.fail(404, 'task_not_found', 'Cette tâche n''existe pas.', 'No such reminder.');
    end if;
    if task.status <> 'running' then
        return task.result;
    end if;
    mail.academy_id := task.academy_id;
    mail.user_id := task.target_id;
    mail.template := task.parameters ->> 'template';
    mail.refs := task.parameters - 'template';
    if private.mail_data(mail) is null then
        told := '{"outcome": "not_due"}';
    else
        perform private.queue_email(
            mail.academy_id, mail.user_id, mail.template, mail.refs, 'task:' || task.id
        );
        told := '{"outcome": "queued"}';
    end if;
    update public.automated_tasks as t set status = 'completed', result = told, finished_at = now()
    where t.id = task.id;
    return told;
end;
$$;
comment on function private.send_reminder is
'Puts the reminder into the outbox and finishes the task, both or neither; not_due when there is '
'nothing left to remind of, which the outbox asks once more as it sends. Definer: writes both.';

create function private.fail_buried_task()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    update public.automated_tasks as t
    set status = 'failed', finished_at = now(), result = jsonb_build_object('code', new.code)
    where t.status in ('pending', 'running') and t.id = case
        when new.payload ->> 'task_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            then (new.payload ->> 'task_id')::uuid
    end;
    return null;
end;
$$;
comment on function private.fail_buried_task is 'A task nobody will try again says so to the staff.';
create trigger fail_buried_task after insert on private.dead_letters
for each row when (new.queue = 'tasks') execute function private.fail_buried_task();

create function worker.task_to_run(task_id uuid)
returns jsonb
language sql
set search_path = ''
as $$ select private.task_to_run(task_id); $$;
comment on function worker.task_to_run is 'Takes a task up: its type, target and parameters, or null.';

create function worker.send_reminder(task_id uuid)
returns jsonb
language sql
set search_path = ''
as $$ select private.send_reminder(task_id); $$;
comment on function worker.send_reminder is 'Runs a send_reminder_email: {outcome: queued or not_due}.';

grant execute on function
private.task_to_run, private.send_reminder, worker.task_to_run, worker.send_reminder
to service_role;
