-- What staff call for automated tasks.

create function public.schedule_task(
    academy_id uuid, task_type text, target_id uuid,
    scheduled_for timestamptz default now(), parameters jsonb default '{}'
)
returns public.automated_tasks
language sql
set search_path = ''
as $$
    select * from private.schedule_task(
        schedule_task.academy_id, schedule_task.task_type, schedule_task.target_id,
        schedule_task.scheduled_for, schedule_task.parameters
    );
$$;
comment on function public.schedule_task is
'Staff have a reminder sent to a member (target_id), now or within a year. parameters: template '
'(course_reminder or getting_started_reminder), enrollment_id. It is sent only if there is still '
'something to remind of.';

create function public.cancel_task(task_id uuid)
returns public.automated_tasks
language sql
set search_path = ''
as $$ select * from private.cancel_task(task_id); $$;
comment on function public.cancel_task is 'Staff cancel a task of their academy that has not begun.';

grant execute on function
private.schedule_task, private.cancel_task, public.schedule_task, public.cancel_task
to authenticated;
