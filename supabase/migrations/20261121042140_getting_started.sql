-- A day after enrolling, who has hardly begun is told where to begin; and tasks do not stay for ever.

create function private.getting_started_minutes(settings jsonb)
returns integer
language sql
immutable
set search_path = ''
as $$ select coalesce((settings ->> 'getting_started_minutes')::integer, 1440); $$;
comment on function private.getting_started_minutes is
'How long after the enrolment, or after the cohort''s first day begins, the reminder is due.';

create function private.setting_fault_getting_started_minutes(value jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
    select 'getting_started_minutes' where not coalesce(
        value::text ~ '^[0-9]{1,6}$' and value::text::integer between 1 and 43200, false
    );
$$;
comment on function private.setting_fault_getting_started_minutes is 'From a minute to 30 days.';
grant execute on function private.setting_fault_getting_started_minutes
to authenticated, service_role;

create function private.remind_to_get_started()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    insert into public.automated_tasks (
        academy_id, task_type, target_id, scheduled_for, parameters, dedupe_key
    )
    select a.id, 'send_reminder_email', new.student_id,
        greatest(now(), coalesce((
            select c.starts_on::timestamp at time zone a.timezone
            from public.cohorts as c where c.id = new.cohort_id
        ), now())) + make_interval(mins => private.getting_started_minutes(a.settings)),
        jsonb_build_object('template', 'getting_started_reminder', 'enrollment_id', new.id),
        'getting_started_reminder:' || new.id
    from public.academies as a where a.id = new.academy_id
    on conflict on constraint task_is_due_once do nothing;
    return null;
end;
$$;
comment on function private.remind_to_get_started is
'Makes the task with the enrolment, once; whether the learner has begun meanwhile is asked then.';
create trigger remind_to_get_started after insert on public.enrollments
for each row when (new.status = 'active') execute function private.remind_to_get_started();
create trigger remind_to_get_started_on_payment after update of status on public.enrollments
for each row when (new.status = 'active' and old.status <> 'active')
execute function private.remind_to_get_started();

create function private.purge_tasks()
returns bigint
language sql
set search_path = ''
as $$
    with gone as (
        delete from public.automated_tasks as t where t.id in (
            select o.id from public.automated_tasks as o
            where o.finished_at < now() - interval '1 year'
            order by o.finished_at limit 10000
        )
        returning t.id
    )
    select count(*) from gone;
$$;
comment on function private.purge_tasks is 'Deletes tasks a year after they are finished, in batches.';
select cron.schedule('purge-tasks', '20 3 * * *', 'select private.purge_tasks()');
