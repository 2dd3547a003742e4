-- The operator's way to an academy's first admin; no client can call it.

create function private.invite_admin(academy_slug text, address text)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    home public.academies;
    clean text := lower(btrim(address));
    made uuid;
begin
    select * into home from public.academies where slug = academy_slug;
    if home.id is null then
        perform private.fail(
            404, 'academy_not_found', format('There is no academy %s.', academy_slug),
            coalesce('There are: ' || (
                select string_agg(a.slug, ', ' order by a.slug) from public.academies as a
            ) || '.', 'Make one with `preau academy create`.')
        );
    end if;
    if clean !~ '^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$' or length(clean) > 254
        or clean ~ '\.local$' then
        perform private.fail(
            422, 'email_invalid', format('%s is no e-mail address.', address), 'Correct it.'
        );
    end if;
    if exists (
        select 1 from public.member_roles as r
        inner join public.members as m on r.academy_id = m.academy_id and r.user_id = m.user_id
        inner join auth.users as account on r.user_id = account.id
        where r.academy_id = home.id and r.role = 'admin' and m.status = 'active'
            and account.email = clean
    ) then
        perform private.fail(
            409, 'already_member', format('%s is an admin of %s already.', clean, home.slug),
            'There is nothing to do.'
        );
    end if;
    -- The link of an earlier mail cannot be shown again: this one replaces it.
    perform private.close_invitation(i.id) from private.invitations as i
    where i.academy_id = home.id and i.email = clean and i.role = 'admin'
        and i.accepted_at is null and i.revoked_at is null;
    made := private.make_invitation(home.id, clean, 'admin', null);
    return (
        select jsonb_build_object(
            'id', i.id, 'email', i.email, 'academy', home.name, 'expires_at', i.expires_at,
            'url', private.invitation_url(i.id)
        )
        from private.invitations as i where i.id = made
    );
end;
$$;
comment on function private.invite_admin is
'Behind `preau admin invite`: an invitation with the role admin, its mail, and its link to hand over.';
