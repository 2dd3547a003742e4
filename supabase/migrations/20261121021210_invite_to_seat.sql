-- Offering a seat and taking it back.

drop function private.make_invitation (uuid, text, public.member_role, uuid);

create function private.make_invitation(
    academy uuid, address text, wanted public.member_role, inviter uuid,
    seat uuid default null
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    made uuid := gen_random_uuid();
    -- Each of the two is 122 random bits; the seed must be as good as a key.
    seed bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    mail uuid;
begin
    insert into private.invitations
    (id, academy_id, email, role, token_hash, invited_by, expires_at, seat_id)
    values (
        made, academy, address, wanted,
        sha256(convert_to(private.invitation_token(made, seed), 'UTF8')), inviter,
        now() + make_interval(days => private.invitation_days(academy)), seat
    )
    on conflict (academy_id, email, role, seat_id) where accepted_at is null and revoked_at is null
    do nothing;
    if not found then
        return i.id from private.invitations as i
        where i.academy_id = academy and i.email = address and i.role = wanted
            and i.seat_id is not distinct from seat and i.accepted_at is null and i.revoked_at is null;
    end if;
    insert into private.invitation_seeds (invitation_id, seed) values (made, seed);
    perform private.audit(
        academy, 'invitation.made', 'invitations', made, jsonb_build_object('role', wanted)
    );
    insert into public.email_messages
    (academy_id, invitation_id, template, locale, dedupe_key)
    select academy, made, 'invitation', coalesce(known.locale, home.locale), 'invitation:' || made
    from public.academies as home
    left join auth.users as account on account.email = address
    left join public.profile_details as known on known.user_id = account.id
    where home.id = academy
    returning id into mail;
    perform private.enqueue('emails', jsonb_build_object('email_id', mail));
    return made;
end;
$$;
comment on function private.make_invitation is
'Invitation, mail and job, all or nothing; while one is open, that one. Its caller says who may.';

create function private.invite_to_seat(academy uuid, address text)
returns public.garage_seats
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    clean text := lower(btrim(address));
    bought bigint;
    seat public.garage_seats;
begin
    if not academy = any((select private.my_academies_as('{garage}'))::uuid[]) then
        perform private.fail(
            403, 'garage_required', 'Seul un garage de l''académie peut faire cela.',
            'Sign in as the garage that bought the seats.'
        );
    end if;
    if clean is null or length(clean) > 254
        or clean !~ '^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$' or clean ~ '\.local$' then
        perform private.fail(
            422, 'email_invalid', 'Cette adresse e-mail n''est pas valable.', 'Check the address.'
        );
    end if;
    -- One offer of a garage at a time: whoever waits here counts again with our seat in use.
    perform private.locked_member(academy, me);
    select * into seat from public.garage_seats as s
    where s.academy_id = academy and s.garage_id = me and s.email = clean and s.released_at is null
        and exists (
            select 1 from private.invitations as i
            where i.academy_id = academy and i.seat_id = s.id and i.accepted_at is null
                and i.revoked_at is null and i.expires_at > now()
        );
    if found then
        return seat;
    end if;
    if exists (
        select 1 from public.garage_seats as s
        inner join auth.users as account on s.student_id = account.id
        where s.academy_id = academy and s.garage_id = me and s.released_at is null
            and account.email = clean
    ) then
        perform private.fail(
            409, 'already_seated', 'Cette personne a déjà une place.', 'There is nothing to do.'
        );
    end if;
    bought := private.seats_bought(academy, me);
    if private.seats_in_use(academy, me) >= bought then
        perform private.fail(
            409, 'no_seat_left', 'Toutes vos places sont prises.', 'Release a seat, or buy more.'
        );
    end if;
    -- Offering and releasing in turns must not fill mailboxes.
    if (
        select count(*) from private.invitations as i
        where i.email = clean and i.academy_id = academy and i.created_at > now() - interval '1 day'
    ) >= 5 or (
        select count(*) from public.garage_seats as s
        where s.academy_id = academy and s.garage_id = me
            and s.created_at > now() - interval '1 day'
    ) >= 10 + 2 * bought then
        perform private.fail(
            429, 'too_many_invitations', 'Trop d''invitations en un jour.', 'Try again tomorrow.'
        );
    end if;
    insert into public.garage_seats (academy_id, garage_id, email)
    values (academy, me, clean) returning * into seat;
    perform private.make_invitation(academy, clean, 'student', me, seat.id);
    return seat;
end;
$$;
comment on function private.invite_to_seat is
'Definer: invitations are private. A garage invites students, and those only into a seat it bought.';
