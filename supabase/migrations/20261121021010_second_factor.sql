-- Where an academy asks its staff for a second factor, their role counts only with a token that has it.

create function private.has_aal2()
returns boolean
language sql
stable
set search_path = ''
as $$ select coalesce((select auth.jwt()) ->> 'aal' = 'aal2', false); $$;
comment on function private.has_aal2 is 'Whether the caller gave a second factor in this session.';
grant execute on function private.has_aal2 to anon, authenticated, service_role;

-- A plan for each list of roles would be a plan for each call.
create or replace function private.my_academies_as(wanted public.member_role [])
returns uuid []
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
    return array(
        select distinct held.academy_id
        from public.member_roles as held
        inner join public.members as member
            on held.academy_id = member.academy_id and held.user_id = member.user_id
        inner join public.academies as home on held.academy_id = home.id
        where held.user_id = (select auth.uid())
            and held.role = any(wanted)
            and member.status = 'active'
            and (
                held.role not in ('assistant', 'admin')
                or (home.settings -> 'staff_needs_aal2') is distinct from 'true'
                or private.has_aal2()
            )
    );
end;
$$;
comment on function private.my_academies_as is
'Academies where the caller, still active, holds one of the roles; staff roles count at aal2 alone '
'where the academy asks for it. Definer for the same reason.';

create function private.ask_second_factor(
    academy uuid, wanted public.member_role [] default '{assistant,admin}'
)
returns void
language plpgsql
set search_path = ''
as $$
begin
    if not (select private.has_aal2()) and exists (
        select 1 from public.member_roles as r
        inner join public.members as m on r.academy_id = m.academy_id and r.user_id = m.user_id
        inner join public.academies as a on r.academy_id = a.id
        where r.academy_id = academy and r.user_id = (select auth.uid()) and m.status = 'active'
            and r.role = any(wanted) and r.role in ('assistant', 'admin')
            and a.settings -> 'staff_needs_aal2' = 'true'
    ) then
        perform private.fail(
            403, 'second_factor_required', 'Confirmez d''abord avec votre second facteur.',
            'Challenge and verify a factor (mfa.challenge, mfa.verify), then call again at aal2.'
        );
    end if;
end;
$$;
comment on function private.ask_second_factor is
'Tells staff at aal1 what is missing, instead of telling them that they are no staff.';

create or replace function private.lock_as_admin(academy uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
begin
    perform private.ask_second_factor(academy, '{admin}');
    perform from public.academies as a
    where a.id = academy and a.id = any((select private.my_admin_academies())::uuid[])
    for no key update;
    -- Whoever waited here asks again: another admin may just have taken the role away.
    if not found or not academy = any((select private.my_admin_academies())::uuid[]) then
        perform private.fail(
            403, 'admin_required', 'Seul un administrateur de l''académie peut faire cela.',
            'Ask an admin of the academy.'
        );
    end if;
    return me;
end;
$$;

create function private.lock_as_staff(academy uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
begin
    perform private.ask_second_factor(academy);
    perform from public.academies as a
    where a.id = academy and a.id = any((select private.my_staff_academies())::uuid[])
    for no key update;
    if not found or not academy = any((select private.my_staff_academies())::uuid[]) then
        perform private.fail(
            403, 'staff_required', 'Seule l''équipe de l''académie peut faire cela.',
            'Ask the academy''s staff.'
        );
    end if;
    return me;
end;
$$;
comment on function private.lock_as_staff is
'As lock_as_admin, for what assistants may do, too: decisions about people take turns.';
