-- Automated tasks: what staff, or a rule of the academy, have done later; seen by the academy's staff.

select private.create_queue('tasks', 'Automated tasks that are due.');

create table public.automated_tasks (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    task_type text not null constraint task_type_is_known
    check (task_type in ('send_reminder_email', 'generate_certificate', 'update_progress')),
    target_id uuid not null,
    scheduled_for timestamptz not null,
    status text not null default 'pending' constraint status_is_known
    check (status in ('pending', 'running', 'completed', 'failed', 'cancelled')),
    parameters jsonb not null default '{}' constraint parameters_are_a_small_object
    check (jsonb_typeof(parameters) = 'object' and length(parameters::text) <= 2000),
    result jsonb,
    attempts integer not null default 0,
    dedupe_key text,
    created_by uuid,
    queued_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    member_id uuid generated always as (
        case when task_type = 'send_reminder_email' then target_id end
    ) stored,
    enrollment_id uuid generated always as (
        case when task_type = 'send_reminder_email'
                then (parameters ->> 'enrollment_id')::uuid
            else target_id end
    ) stored,
    constraint finished_task_says_when
    check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint task_is_due_once unique (academy_id, dedupe_key),
    constraint automated_tasks_maker foreign key (academy_id, created_by)
    references public.members (academy_id, user_id),
    constraint automated_tasks_member foreign key (academy_id, member_id)
    references public.members (academy_id, user_id),
    constraint automated_tasks_enrollment foreign key (academy_id, enrollment_id)
    references public.enrollments (academy_id, id)
);
comment on table public.automated_tasks is
'The record staff see; the queue `tasks` is the transport. Whether there is still a reason is asked '
'again when a task runs: done without effect, its result says so.';
comment on column public.automated_tasks.target_id is
'A member for a reminder, an enrolment otherwise; the generated columns hold it to the academy''s.';
comment on column public.automated_tasks.created_by is 'Empty when a rule of the academy made it.';
comment on column public.automated_tasks.dedupe_key is
'Names the event that made it due (getting_started_reminder:<enrolment>): made once.';
comment on column public.automated_tasks.queued_at is
'When the clock queued its job; waiting for a worker it is still pending, and may be cancelled.';
create index automated_tasks_by_maker on public.automated_tasks (academy_id, created_by, status);
create index automated_tasks_by_member on public.automated_tasks (academy_id, member_id);
create index automated_tasks_by_enrollment on public.automated_tasks (academy_id, enrollment_id);
create index automated_tasks_by_time on public.automated_tasks (academy_id, scheduled_for);
comment on index public.automated_tasks_by_time is 'What a screen of tasks pages by.';
create index automated_tasks_due on public.automated_tasks (scheduled_for)
where status = 'pending' and queued_at is null;
comment on index public.automated_tasks_due is 'What the clock asks for each minute.';
create index automated_tasks_finished on public.automated_tasks (finished_at)
where finished_at is not null;
comment on index public.automated_tasks_finished is 'What is deleted after a year.';

alter table public.automated_tasks enable row level security;
grant select on public.automated_tasks to authenticated, service_role;
create trigger touch_updated_at before update on public.automated_tasks
for each row execute function private.touch_updated_at();

select private.classify(
    'public.automated_tasks', '{target_id,member_id,enrollment_id,parameters,dedupe_key}',
    'personal', 'whom something is to be done for, and what: ids only',
    '1 year after it is finished', 'pseudonymised'
);
select private.classify(
    'public.automated_tasks', '{created_by}', 'personal', 'which of the staff asked for it',
    '1 year after it is finished', 'pseudonymised'
);
select private.classify('public.automated_tasks', null);
