-- Coming in, by the open door or by invitation.

create function private.admit(academy uuid, person uuid, given public.member_role)
returns public.members
language plpgsql
set search_path = ''
as $$
declare
    membership public.members;
begin
    insert into public.members (academy_id, user_id, status, joined_at)
    values (academy, person, 'active', now())
    on conflict (academy_id, user_id) do update set status = 'active', joined_at = now();
    -- Coming back is coming as anybody does: a role held before does not return with the person.
    delete from public.member_roles as r
    where r.academy_id = academy and r.user_id = person and r.role <> given;
    insert into public.member_roles (academy_id, user_id, role)
    values (academy, person, given) on conflict do nothing;
    perform private.audit(academy, 'member.joined', 'members', person);
    perform private.queue_email(academy, person, 'welcome', '{}', 'welcome:' || person);
    select * into membership from public.members as m
    where m.academy_id = academy and m.user_id = person;
    return membership;
end;
$$;
comment on function private.admit is 'What joining and accepting have in common; callers say who may.';

drop function public.accept_invitation (text);
drop function private.accept_invitation (text);

create function private.accept_invitation(token text, consents jsonb)
returns public.members
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.has_account();
    hash bytea := sha256(convert_to(token, 'UTF8'));
    kept private.invitations;
    address text;
    membership public.members;
begin
    -- Found by the hash: what its comparison takes in time tells about the hash, not the token.
    -- Locks in the order of everybody else: academy, who owns the seat, invitation, person.
    perform from public.academies as a
    inner join private.invitations as i on a.id = i.academy_id
    where i.token_hash = hash for share of a;
    perform from public.members as m
    inner join public.garage_seats as s on m.academy_id = s.academy_id and m.user_id = s.garage_id
    inner join private.invitations as i on s.academy_id = i.academy_id and s.id = i.seat_id
    where i.token_hash = hash for no key update of m;
    select * into kept from private.invitations as i where i.token_hash = hash for update;
    if kept.id is null then
        perform private.fail(
            404, 'invitation_not_found', 'Cette invitation n''existe pas.', 'Open the link again.'
        );
    end if;
    select lower(u.email) into address from auth.users as u
    where u.id = me and u.email_confirmed_at is not null;
    if address is null then
        perform private.fail(
            403, 'email_not_confirmed', 'Confirmez d''abord votre adresse e-mail.',
            'Open the link in the confirmation mail.'
        );
    end if;
    if address <> kept.email then
        perform private.fail(
            403, 'invitation_for_another', 'Cette invitation est pour une autre adresse e-mail.',
            'Sign in with the address that was invited.'
        );
    end if;
    if kept.accepted_at is not null then
        perform private.fail(
            409, 'invitation_used', 'Cette invitation a déjà servi.', 'Go on to the academy.'
        );
    end if;
    if kept.revoked_at is not null or not private.invitation_stands(kept) then
        perform private.fail(
            410, 'invitation_revoked', 'Cette invitation a été retirée.', 'Ask for a new one.'
        );
    end if;
    if kept.expires_at <= now() then
        perform private.fail(
            410, 'invitation_expired', 'Cette invitation a expiré.', 'Ask for a new one.'
        );
    end if;

    perform private.ensure_profile();
    perform from public.profiles where id = me for no key update;
    select * into membership from public.members as m
    where m.academy_id = kept.academy_id and m.user_id = me for update;
    if membership.status in ('suspended', 'pending') then
        perform private.fail(
            403, 'member_' || membership.status, 'Votre accès à cette académie n''est pas ouvert.',
            'Ask the academy''s staff.'
        );
    end if;
    if membership.status is distinct from 'active' then
        membership := private.admit(kept.academy_id, me, kept.role);
    end if;
    perform private.take_consents(kept.academy_id, consents);
    perform private.require_consents(kept.academy_id, me);
    insert into public.member_roles (academy_id, user_id, role)
    values (kept.academy_id, me, kept.role) on conflict do nothing;
    update public.garage_seats set student_id = me, email = null where id = kept.seat_id;
    update private.invitations set accepted_at = now(), accepted_by = me where id = kept.id;
    delete from private.invitation_seeds where invitation_id = kept.id;
    perform private.audit(
        kept.academy_id, 'invitation.accepted', 'invitations', kept.id,
        jsonb_build_object('role', kept.role)
    );
    return membership;
end;
$$;
comment on function private.accept_invitation is
'Definer: gives the role that was offered, once, to whoever signed in with the confirmed address.';
