-- The audit log: who did what to which row, never changed afterwards.

create table public.audit_log (
    id bigint generated always as identity primary key,
    academy_id uuid not null references public.academies (id),
    actor_id uuid,
    action text not null constraint action_is_subject_dot_verb
    check (action ~ '^[a-z_]+\.[a-z_]+$'),
    subject_table text not null,
    subject_id uuid,
    details jsonb not null default '{}',
    created_at timestamptz not null default now(),
    constraint audit_log_actor foreign key (academy_id, actor_id)
    references public.members (academy_id, user_id)
);
comment on table public.audit_log is
'What happened in an academy. Holds ids and codes, never personal data; no role changes a row.';
comment on column public.audit_log.actor_id is 'Empty when a worker or the database itself acted.';
create index audit_log_by_academy on public.audit_log (academy_id, id);
create index audit_log_by_actor on public.audit_log (academy_id, actor_id);
create index audit_log_by_subject on public.audit_log (subject_id) where subject_id is not null;
comment on index public.audit_log_by_subject is 'The story of one row, oldest first.';

alter table public.audit_log enable row level security;
grant select on public.audit_log to authenticated, service_role;

create trigger audit_log_is_append_only before update or delete on public.audit_log
for each row execute function private.refuse_change();
create trigger audit_log_is_never_emptied before truncate on public.audit_log
for each statement execute function private.refuse_change();

create function private.audit(
    academy uuid, action text, subject_table text, subject uuid, details jsonb default '{}'
)
returns void
language sql
set search_path = ''
as $$
    insert into public.audit_log
    (academy_id, actor_id, action, subject_table, subject_id, details)
    select academy, (
        select m.user_id from public.members as m
        where m.academy_id = academy and m.user_id = (select auth.uid())
    ), audit.action, audit.subject_table, subject, audit.details;
$$;
comment on function private.audit is
'Called inside the functions that change state, in their transaction; only they may.';
