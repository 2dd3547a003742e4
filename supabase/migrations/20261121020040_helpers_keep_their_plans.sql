-- The helpers that policies ask, as PL/pgSQL: a session plans their statements once. As SQL functions
-- they were planned again in every request, which took longer than most reads (docs/performance.md).

create or replace function private.my_academies()
returns uuid []
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
    return array(
        select m.academy_id from public.members as m
        where m.user_id = (select auth.uid()) and m.status = 'active'
    );
end;
$$;

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
        where held.user_id = (select auth.uid())
            and held.role = any(wanted)
            and member.status = 'active'
    );
end;
$$;

create or replace function private.my_staff_academies()
returns uuid []
language plpgsql
stable
set search_path = ''
as $$
begin
    return private.my_academies_as('{assistant,admin}');
end;
$$;

create or replace function private.my_admin_academies()
returns uuid []
language plpgsql
stable
set search_path = ''
as $$
begin
    return private.my_academies_as('{admin}');
end;
$$;

create index academies_open on public.academies (id) where open_to_sign_up;
comment on index public.academies_open is 'Every read of a catalogue asks which academies are open.';

-- An academy that is open and one's own is in it twice, which no policy minds.
create or replace function private.visible_academies()
returns uuid []
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
    return array(select a.id from public.academies as a where a.open_to_sign_up)
        || private.my_academies();
end;
$$;

create or replace function private.offer_is_on_sale(offer public.offers)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
    return offer.is_active
        and coalesce(offer.valid_from <= now(), true)
        and coalesce(now() < offer.valid_until, true);
end;
$$;
