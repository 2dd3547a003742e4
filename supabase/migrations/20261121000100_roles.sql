-- Roles: an admin gives and takes them; the last admin of an academy keeps theirs.

create function private.lock_as_admin(academy uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
begin
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
comment on function private.lock_as_admin is
'The caller, who must be an active admin of the academy. Changes to who runs an academy take turns '
'on its row, so that two admins who dismiss each other do not leave it without any.';

create function private.keep_an_admin(academy uuid, person uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    if (
        select bool_or(r.user_id = person) and count(*) = 1
        from public.member_roles as r
        inner join public.members as m on r.academy_id = m.academy_id and r.user_id = m.user_id
        where r.academy_id = academy and r.role = 'admin' and m.status = 'active'
    ) then
        perform private.fail(
            409, 'last_admin', 'C''est le dernier administrateur de l''académie.',
            'Give somebody else the role admin first.'
        );
    end if;
end;
$$;
comment on function private.keep_an_admin is
'Refuses to take the last active admin away; its caller holds the academy''s row.';

create function private.locked_member(academy uuid, person uuid)
returns public.members
language plpgsql
set search_path = ''
as $$
declare
    membership public.members;
begin
    select * into membership from public.members as m
    where m.academy_id = academy and m.user_id = person for no key update;
    if membership.user_id is null then
        perform private.fail(
            404, 'member_not_found', 'Cette personne n''est pas membre de l''académie.',
            'Take member_id from the academy''s members.'
        );
    end if;
    return membership;
end;
$$;
comment on function private.locked_member is
'A membership, locked: an order of this person in the making is finished, or not begun.';

create function private.grant_role(academy uuid, person uuid, new_role public.member_role)
returns public.member_roles
language plpgsql
security definer
set search_path = ''
as $$
declare
    given public.member_roles;
begin
    perform private.lock_as_admin(academy);
    if (select m.status <> 'active' from private.locked_member(academy, person) as m) then
        perform private.fail(
            409, 'member_not_active', 'Cette personne n''est pas un membre actif.',
            'Reinstate or invite them first.'
        );
    end if;
    insert into public.member_roles (academy_id, user_id, role)
    values (academy, person, new_role) on conflict do nothing;
    if found then
        perform private.audit(
            academy, 'member.role_granted', 'members', person, jsonb_build_object('role', new_role)
        );
    end if;
    select * into given from public.member_roles as r
    where r.academy_id = academy and r.user_id = person and r.role = new_role;
    return given;
end;
$$;
comment on function private.grant_role is 'Definer: no client writes roles; the caller is an admin.';

create function private.revoke_role(academy uuid, person uuid, old_role public.member_role)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform private.lock_as_admin(academy);
    perform private.locked_member(academy, person);
    if old_role = 'admin' then
        perform private.keep_an_admin(academy, person);
    end if;
    delete from public.member_roles as r
    where r.academy_id = academy and r.user_id = person and r.role = old_role;
    if found then
        perform private.audit(
            academy, 'member.role_revoked', 'members', person, jsonb_build_object('role', old_role)
        );
    end if;
end;
$$;
comment on function private.revoke_role is 'Definer: no client writes roles; the caller is an admin.';

create function public.grant_role(academy_id uuid, member_id uuid, role public.member_role)
returns public.member_roles
language sql
set search_path = ''
as $$
    select * from private.grant_role(grant_role.academy_id, grant_role.member_id, grant_role.role);
$$;
comment on function public.grant_role is
'Gives an active member a role. Admins only. Given again: nothing changes.';

create function public.revoke_role(academy_id uuid, member_id uuid, role public.member_role)
returns void
language sql
set search_path = ''
as $$
    select private.revoke_role(revoke_role.academy_id, revoke_role.member_id, revoke_role.role);
$$;
comment on function public.revoke_role is
'Takes a role away, from the next query on. Admins only; the last admin stays one.';

grant execute on function
private.grant_role, private.revoke_role, public.grant_role, public.revoke_role
to authenticated;
