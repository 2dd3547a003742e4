-- The helpers that people's policies ask, as PL/pgSQL, too: a session plans their statements once,
-- where SQL functions are planned again in every request (docs/performance.md).

create or replace function private.has_aal2()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return coalesce(auth.jwt() ->> 'aal' = 'aal2', false);
end;
$$;

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
                or (select private.has_aal2())
            )
    );
end;
$$;

create or replace function private.my_wards(scope text)
returns table (academy_id uuid, user_id uuid)
language plpgsql
stable
security definer
rows 5
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
    return query
    select g.academy_id, g.student_id from public.guardianships as g
    inner join public.members as pupil
        on g.academy_id = pupil.academy_id and g.student_id = pupil.user_id
    where g.parent_id = (select auth.uid()) and my_wards.scope = any(g.scopes)
        and g.academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
        and pupil.status = 'active' and private.is_ongoing(g);
end;
$$;

create or replace function private.my_team()
returns table (academy_id uuid, user_id uuid)
language plpgsql
stable
security definer
rows 20
set search_path = ''
as $$
begin
    return query
    select s.academy_id, s.student_id from public.garage_seats as s
    where s.garage_id = (select auth.uid()) and s.student_id is not null and s.released_at is null
        and s.academy_id = any((select private.my_academies_as('{garage}'))::uuid[]);
end;
$$;
