-- Accepting an invitation, the API's functions around it, and what becomes of old ones.

create function private.accept_invitation(token text)
returns public.members
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    kept private.invitations;
    address text;
    membership public.members;
begin
    -- Found by the hash: what its comparison takes in time tells about the hash, not the token.
    select * into kept from private.invitations as i
    where i.token_hash = sha256(convert_to(token, 'UTF8')) for update;
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
    if kept.revoked_at is not null or (
        kept.invited_by is not null
        and not private.may_invite(kept.academy_id, kept.invited_by, kept.role)
    ) then
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
        insert into public.members (academy_id, user_id, status, joined_at)
        values (kept.academy_id, me, 'active', now())
        on conflict (academy_id, user_id) do update set status = 'active', joined_at = now()
        returning * into membership;
        -- A role held before does not return with the person.
        delete from public.member_roles where academy_id = kept.academy_id and user_id = me;
        perform private.audit(kept.academy_id, 'member.joined', 'members', me);
        perform private.queue_email(kept.academy_id, me, 'welcome', '{}', 'welcome:' || me);
    end if;
    insert into public.member_roles (academy_id, user_id, role)
    values (kept.academy_id, me, kept.role) on conflict do nothing;
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

create function public.invite(academy_id uuid, email text, role public.member_role)
returns uuid
language sql
set search_path = ''
as $$ select private.invite(invite.academy_id, invite.email, invite.role); $$;
comment on function public.invite is
'Invites an e-mail address by mail and returns the invitation''s id. Admins invite anybody, '
'assistants students and parents. Invited again while open: the same invitation, no second mail.';

create function public.accept_invitation(token text)
returns public.members
language sql
set search_path = ''
as $$ select * from private.accept_invitation(accept_invitation.token); $$;
comment on function public.accept_invitation is
'Accepts the invitation whose token stands in the link, signed in with the address invited.';

create function public.revoke_invitation(invitation_id uuid)
returns void
language sql
set search_path = ''
as $$ select private.revoke_invitation(revoke_invitation.invitation_id); $$;
comment on function public.revoke_invitation is
'Takes an open invitation back; its link stops working. Staff, within the roles they may give.';

create function public.list_invitations(academy_id uuid)
returns table (
    id uuid, email text, role public.member_role, status text, invited_by uuid,
    created_at timestamptz, expires_at timestamptz, accepted_at timestamptz
)
language sql
stable
set search_path = ''
as $$ select * from private.list_invitations(list_invitations.academy_id); $$;
comment on function public.list_invitations is
'The academy''s invitations for its staff, latest first: open, accepted, revoked or expired.';

grant execute on function
private.invite, private.accept_invitation, private.revoke_invitation, private.list_invitations,
public.invite, public.accept_invitation, public.revoke_invitation, public.list_invitations
to authenticated;
