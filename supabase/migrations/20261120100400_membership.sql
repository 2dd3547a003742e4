-- Where the caller belongs, as arrays that policies evaluate once per query, and joining an academy.

create function private.my_academies()
returns uuid []
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(array_agg(academy_id), '{}')
    from public.members
    where user_id = (select auth.uid()) and status = 'active';
$$;
comment on function private.my_academies is
'Academies the caller is an active member of. Definer: it reads the table its policy protects.';

create function private.my_academies_as(wanted public.member_role [])
returns uuid []
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(array_agg(distinct held.academy_id), '{}')
    from public.member_roles as held
    inner join public.members as member
        on held.academy_id = member.academy_id and held.user_id = member.user_id
    where held.user_id = (select auth.uid())
        and held.role = any(wanted)
        and member.status = 'active';
$$;
comment on function private.my_academies_as is
'Academies where the caller, still active, holds one of the roles. Definer for the same reason.';

create function private.my_staff_academies()
returns uuid []
language sql
stable
set search_path = ''
as $$ select private.my_academies_as('{assistant,admin}'); $$;
comment on function private.my_staff_academies is 'Academies the caller helps to run.';

create function private.my_admin_academies()
returns uuid []
language sql
stable
set search_path = ''
as $$ select private.my_academies_as('{admin}'); $$;
comment on function private.my_admin_academies is 'Academies the caller administers.';

create function private.visible_academies()
returns uuid []
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(array_agg(a.id), '{}')
    from public.academies as a
    where a.open_to_sign_up or a.id = any((select private.my_academies())::uuid[]);
$$;
comment on function private.visible_academies is
'Academies whose catalogue the caller may see: the open ones and their own. Definer, as above.';

grant execute on function
private.visible_academies, private.my_academies, private.my_academies_as,
private.my_staff_academies, private.my_admin_academies
to anon, authenticated, service_role;

create function private.join_academy(wanted_slug text)
returns public.members
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    academy public.academies;
    membership public.members;
begin
    select * into academy from public.academies where slug = wanted_slug;
    if not found then
        perform private.fail(
            404, 'academy_not_found', 'Cette académie n''existe pas.', 'Check the slug.'
        );
    end if;
    perform private.ensure_profile();
    -- One arrival of a person at a time: a double click joins once.
    perform from public.profiles where id = me for no key update;

    select * into membership from public.members
    where academy_id = academy.id and user_id = me for update;
    if membership.status = 'active' then
        return membership;
    end if;
    if membership.status = 'suspended' then
        perform private.fail(
            403, 'member_suspended', 'Votre accès à cette académie est suspendu.',
            'Ask the academy''s staff.'
        );
    end if;
    if membership.status = 'pending' then
        perform private.fail(
            403, 'member_pending', 'Votre inscription attend encore d''être validée.',
            'Wait until the academy has activated the account.'
        );
    end if;
    if not academy.open_to_sign_up then
        perform private.fail(
            403, 'invitation_required', 'Cette académie n''accueille que sur invitation.',
            'Ask the academy for an invitation.'
        );
    end if;

    insert into public.members (academy_id, user_id, status, joined_at)
    values (academy.id, me, 'active', now())
    on conflict (academy_id, user_id) do update set status = 'active', joined_at = now()
    returning * into membership;
    -- Coming back is coming as anybody does: a role held before does not return with the person.
    delete from public.member_roles
    where academy_id = academy.id and user_id = me and role <> 'student';
    insert into public.member_roles (academy_id, user_id, role)
    values (academy.id, me, 'student')
    on conflict do nothing;
    perform private.audit(academy.id, 'member.joined', 'members', me);
    perform private.queue_email(academy.id, me, 'welcome', '{}', 'welcome:' || me);
    return membership;
end;
$$;
comment on function private.join_academy is
'Definer: gives the role student and nothing else, which no client could grant itself.';

create function public.join_academy(slug text)
returns public.members
language sql
set search_path = ''
as $$ select * from private.join_academy(join_academy.slug); $$;
comment on function public.join_academy is
'Joins an academy that is open to sign-up, as a student. Calling it again changes nothing.';
grant execute on function public.join_academy, private.join_academy to authenticated;
