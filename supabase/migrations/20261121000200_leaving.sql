-- The end of a membership: leaving, being removed, being suspended. What was learnt and paid stays.

create function private.end_membership(membership public.members, new_status text, action text)
returns public.members
language plpgsql
set search_path = ''
as $$
declare
    ended public.members;
    waiting uuid;
begin
    update public.members as m set status = new_status
    where m.academy_id = membership.academy_id and m.user_id = membership.user_id
    returning m.* into ended;
    if new_status = 'left' then
        delete from public.member_roles as r
        where r.academy_id = ended.academy_id and r.user_id = ended.user_id;
    end if;
    for waiting in
        select o.id from public.orders as o
        where o.academy_id = ended.academy_id and o.status = 'pending'
            and ended.user_id in (o.buyer_id, o.beneficiary_id)
        order by o.id for update
    loop
        perform private.expire_order(waiting, 'cancelled');
    end loop;
    perform private.audit(ended.academy_id, action, 'members', ended.user_id);
    return ended;
end;
$$;
comment on function private.end_membership is
'Access ends with the status, at the next query, whatever a token says. Orders not yet paid are '
'cancelled and give their seats back; enrolments, payments and entitlements are kept.';

create function private.dismiss(academy uuid, person uuid, new_status text, action text)
returns public.members
language plpgsql
set search_path = ''
as $$
declare
    membership public.members;
begin
    perform private.lock_as_admin(academy);
    membership := private.locked_member(academy, person);
    if membership.status = new_status then
        return membership;
    end if;
    if membership.status = 'left' then
        perform private.fail(
            409, 'member_has_left', 'Cette personne a quitté l''académie.',
            'Somebody who has left has no access; there is nothing to take away.'
        );
    end if;
    perform private.keep_an_admin(academy, person);
    return private.end_membership(membership, new_status, action);
end;
$$;
comment on function private.dismiss is 'What removal and suspension by an admin have in common.';

create function private.remove_member(academy uuid, person uuid)
returns public.members
language sql
security definer
set search_path = ''
as $$ select * from private.dismiss(academy, person, 'left', 'member.removed'); $$;
comment on function private.remove_member is
'Removal is leaving, done by an admin. Definer: members is DB-owned.';

create function private.suspend_member(academy uuid, person uuid)
returns public.members
language sql
security definer
set search_path = ''
as $$ select * from private.dismiss(academy, person, 'suspended', 'member.suspended'); $$;
comment on function private.suspend_member is
'A pause: the roles stay and count for nothing. Definer: members is DB-owned.';

create function private.reinstate_member(academy uuid, person uuid)
returns public.members
language plpgsql
security definer
set search_path = ''
as $$
declare
    membership public.members;
begin
    perform private.lock_as_admin(academy);
    membership := private.locked_member(academy, person);
    if membership.status = 'active' then
        return membership;
    end if;
    if membership.status <> 'suspended' then
        perform private.fail(
            409, 'member_not_suspended', 'Cette personne n''est pas suspendue.',
            'Invite somebody who has left.'
        );
    end if;
    update public.members as m set status = 'active'
    where m.academy_id = academy and m.user_id = person returning m.* into membership;
    perform private.audit(academy, 'member.reinstated', 'members', person);
    return membership;
end;
$$;
comment on function private.reinstate_member is
'Ends a suspension; the roles held before count again. Definer: members is DB-owned.';

create function private.leave_academy(academy uuid)
returns public.members
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    membership public.members;
begin
    -- Only whoever belongs there may take the lock that admins take turns on.
    perform from public.academies as a
    where a.id = academy and exists (
        select 1 from public.members as m where m.academy_id = a.id and m.user_id = me
    ) for no key update;
    membership := private.locked_member(academy, me);
    if membership.status = 'left' then
        return membership;
    end if;
    if membership.status = 'suspended' then
        perform private.fail(
            403, 'member_suspended', 'Votre accès à cette académie est suspendu.',
            'Ask the academy''s staff: leaving and joining again would end the suspension.'
        );
    end if;
    perform private.keep_an_admin(academy, me);
    return private.end_membership(membership, 'left', 'member.left');
end;
$$;
comment on function private.leave_academy is
'Definer: members is DB-owned. The actor is the token''s: nobody leaves for somebody else.';
