-- Invitations as before; staff at aal1 are told what is missing. What an inviter may promise is asked
-- of the tables alone when somebody accepts: it cannot depend on a token of theirs.

create or replace function private.invite(academy uuid, address text, wanted public.member_role)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    clean text := lower(btrim(address));
begin
    perform private.ask_second_factor(academy);
    if not private.may_invite(academy, me, wanted) then
        perform private.fail(
            403, 'may_not_invite', 'Vous ne pouvez pas inviter quelqu''un avec ce rôle.',
            'Admins invite anybody, assistants students and parents, in their own academy.'
        );
    end if;
    if clean is null or length(clean) > 254
        or clean !~ '^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$' or clean ~ '\.local$' then
        perform private.fail(
            422, 'email_invalid', 'Cette adresse e-mail n''est pas valable.', 'Check the address.'
        );
    end if;
    if exists (
        select 1 from public.member_roles as r
        inner join public.members as m on r.academy_id = m.academy_id and r.user_id = m.user_id
        inner join auth.users as account on r.user_id = account.id
        where r.academy_id = academy and r.role = wanted and m.status = 'active'
            and account.email = clean
    ) then
        perform private.fail(
            409, 'already_member', 'Cette personne a déjà ce rôle dans l''académie.',
            'There is nothing to do.'
        );
    end if;
    perform private.close_invitation(i.id) from private.invitations as i
    where i.academy_id = academy and i.email = clean and i.role = wanted
        and i.accepted_at is null and i.revoked_at is null and i.expires_at <= now();
    -- Inviting and revoking in turns must not fill somebody's mailbox.
    if not exists (
        select 1 from private.invitations as i
        where i.academy_id = academy and i.email = clean and i.role = wanted
            and i.accepted_at is null and i.revoked_at is null
    ) and (
        select count(*) from private.invitations as i
        where i.email = clean and i.academy_id = academy and i.created_at > now() - interval '1 day'
    ) >= 5 then
        perform private.fail(
            429, 'too_many_invitations', 'Trop d''invitations à cette adresse.', 'Try again tomorrow.'
        );
    end if;
    return private.make_invitation(academy, clean, wanted, me);
end;
$$;

create or replace function private.revoke_invitation(wanted uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    kept private.invitations;
begin
    select * into kept from private.invitations as i where i.id = wanted for update;
    perform private.ask_second_factor(kept.academy_id);
    if kept.id is null or not private.may_invite(kept.academy_id, me, kept.role) then
        perform private.fail(
            404, 'invitation_not_found', 'Cette invitation n''existe pas.',
            'Take the id from list_invitations(academy_id).'
        );
    end if;
    if kept.accepted_at is not null then
        perform private.fail(
            409, 'invitation_used', 'Cette invitation a déjà été acceptée.', 'Remove the member.'
        );
    end if;
    if kept.revoked_at is null then
        perform private.close_invitation(kept.id);
        perform private.audit(kept.academy_id, 'invitation.revoked', 'invitations', kept.id);
    end if;
end;
$$;

create or replace function private.list_invitations(academy uuid)
returns table (
    id uuid, email text, role public.member_role, status text, invited_by uuid,
    created_at timestamptz, expires_at timestamptz, accepted_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
    perform private.ask_second_factor(academy);
    if not academy = any((select private.my_staff_academies())::uuid[]) then
        perform private.fail(
            403, 'staff_required', 'Seule l''équipe de l''académie voit les invitations.',
            'Ask the academy''s staff.'
        );
    end if;
    return query
    select i.id, i.email, i.role, case
            when i.accepted_at is not null then 'accepted'
            when i.revoked_at is not null then 'revoked'
            when i.expires_at <= now() then 'expired'
            else 'open'
        end, i.invited_by, i.created_at, i.expires_at, i.accepted_at
    from private.invitations as i
    where i.academy_id = academy
    order by i.created_at desc, i.id
    limit 1000;
end;
$$;
