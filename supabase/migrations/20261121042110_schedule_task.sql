-- Staff have something done later, and think better of it.

create function private.task_parameters(academy uuid, target uuid, given jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    template text := coalesce(given ->> 'template', 'course_reminder');
    enrollment text := given ->> 'enrollment_id';
begin
    if jsonb_typeof(given) is distinct from 'object'
        or given - '{template,enrollment_id}'::text [] <> '{}' then
        perform private.fail(
            422, 'parameters_invalid', 'Ces paramètres ne sont pas acceptés.',
            'Pass template, and enrollment_id to speak of one enrolment only.'
        );
    end if;
    if template not in ('course_reminder', 'getting_started_reminder') then
        perform private.fail(
            422, 'template_unknown', 'Ce modèle de rappel n''existe pas.',
            'course_reminder or getting_started_reminder.'
        );
    end if;
    if not exists (
        select 1 from public.members as m
        where m.academy_id = academy and m.user_id = target and m.status = 'active'
    ) then
        perform private.fail(
            404, 'member_not_found', 'Cette personne n''est pas membre de votre académie.',
            'target_id is the member to remind.'
        );
    end if;
    if (enrollment is null and template = 'getting_started_reminder') or (
        enrollment is not null and not exists (
            select 1 from public.enrollments as e
            where e.academy_id = academy and e.student_id = target and e.id::text = lower(enrollment)
        )
    ) then
        perform private.fail(
            404, 'enrollment_not_found', 'Cette inscription n''est pas celle de cette personne.',
            'parameters.enrollment_id is an enrolment of target_id.'
        );
    end if;
    return jsonb_strip_nulls(
        jsonb_build_object('template', template, 'enrollment_id', lower(enrollment))
    );
end;
$$;
comment on function private.task_parameters is
'The parameters of a reminder, checked and with their defaults, or a refusal that names the fault.';

create function private.schedule_task(
    academy uuid, wanted text, target uuid, due timestamptz, given jsonb
)
returns public.automated_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.as_staff(academy);
    made public.automated_tasks;
begin
    if wanted in ('generate_certificate', 'update_progress') then
        perform private.fail(
            501, 'task_type_not_available', 'Cette tâche automatique n''est pas encore proposée.',
            'Only send_reminder_email runs so far; others are refused rather than kept undone.'
        );
    end if;
    if wanted is distinct from 'send_reminder_email' then
        perform private.fail(
            422, 'task_type_unknown', 'Cette tâche automatique n''existe pas.', 'send_reminder_email.'
        );
    end if;
    if due is null or not due between now() - interval '5 minutes' and now() + interval '366 days' then
        perform private.fail(
            422, 'scheduled_for_out_of_range', 'Choisissez une date dans l''année qui vient.',
            'scheduled_for is from now to 366 days ahead.'
        );
    end if;
    given := private.task_parameters(academy, target, coalesce(given, '{}'));
    -- Who makes many at once waits for each, so that the count below is true.
    perform pg_advisory_xact_lock(hashtextextended(academy::text || me || 'automated_tasks', 0));
    if (
        select count(*) from public.automated_tasks as t
        where t.academy_id = academy and t.created_by = me and t.status = 'pending'
    ) >= 5000 then
        perform private.fail(
            422, 'too_many_tasks', 'Trop de tâches automatiques attendent déjà.',
            'At most 5,000 pending tasks of one person; cancel some.'
        );
    end if;
    perform pg_advisory_xact_lock(hashtextextended(academy::text || target || 'automated_tasks', 0));
    if exists (
        select 1 from public.automated_tasks as t
        where t.academy_id = academy and t.member_id = target and t.created_by is not null
            and t.status <> 'cancelled' and t.parameters = given
            and t.scheduled_for between due - interval '12 hours' and due + interval '12 hours'
    ) then
        perform private.fail(
            409, 'task_exists', 'Un rappel est déjà prévu pour cette personne ce jour-là.',
            'One reminder of a kind to a person within half a day.'
        );
    end if;
    insert into public.automated_tasks (
        academy_id, task_type, target_id, scheduled_for, parameters, created_by
    )
    values (academy, wanted, target, due, given, me)
    returning * into made;
    perform private.audit(academy, 'task.scheduled', 'automated_tasks', made.id);
    return made;
end;
$$;
comment on function private.schedule_task is
'Definer: writes tasks, which no API role may. Staff of the academy only.';

create function private.cancel_task(wanted uuid)
returns public.automated_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
    task public.automated_tasks;
begin
    select * into task from public.automated_tasks as t
    where t.id = wanted and t.academy_id = any((select private.my_staff_academies())::uuid[])
    for no key update;
    if task.id is null then
        perform private.fail(
            404, 'task_not_found', 'Cette tâche n''existe pas dans votre académie.',
            'Staff of the task''s academy only.'
        );
    end if;
    if task.status = 'cancelled' then
        return task;
    end if;
    if task.status <> 'pending' then
        perform private.fail(
            409, 'task_not_pending', 'Cette tâche est déjà exécutée ou en cours.',
            format('It is %s.', task.status)
        );
    end if;
    update public.automated_tasks as t set status = 'cancelled', finished_at = now()
    where t.id = wanted returning * into task;
    perform private.audit(task.academy_id, 'task.cancelled', 'automated_tasks', task.id);
    return task;
end;
$$;
comment on function private.cancel_task is
'Definer: writes tasks. What a worker has begun is not cancelled; again, it changes nothing.';
