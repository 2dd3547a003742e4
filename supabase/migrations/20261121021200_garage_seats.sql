-- A garage's people: at most the seats it bought, each filled by an invitation its mechanic accepts.

create table public.garage_seats (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    garage_id uuid not null,
    student_id uuid,
    email text constraint email_is_short check (length(email) <= 254),
    released_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint garage_seats_of_academy unique (academy_id, id),
    constraint address_goes_once_seat_is_taken_or_free check (
        email is null or (student_id is null and released_at is null)
    ),
    constraint garage_is_not_its_own_mechanic check (student_id <> garage_id),
    constraint garage_seats_garage foreign key (academy_id, garage_id)
    references public.members (academy_id, user_id),
    constraint garage_seats_student foreign key (academy_id, student_id)
    references public.members (academy_id, user_id)
);
comment on table public.garage_seats is
'Who learns on a garage''s account: invited (email), then taken (student_id), until released.';
create index garage_seats_by_garage on public.garage_seats (academy_id, garage_id);
create index garage_seats_by_student on public.garage_seats (academy_id, student_id);
create unique index one_seat_per_person_and_garage
on public.garage_seats (academy_id, garage_id, student_id) where released_at is null;
comment on index public.one_seat_per_person_and_garage is 'Nobody takes two of the same garage''s seats.';

alter table public.garage_seats enable row level security;
grant select on public.garage_seats to authenticated, service_role;
create trigger touch_updated_at before update on public.garage_seats
for each row execute function private.touch_updated_at();

alter table private.invitations add column seat_id uuid,
add constraint invitations_seat foreign key (academy_id, seat_id)
references public.garage_seats (academy_id, id);
comment on column private.invitations.seat_id is 'The garage''s seat it offers; empty: the academy invites.';
create index invitations_by_seat on private.invitations (academy_id, seat_id);
drop index private.one_live_invitation_per_address_and_role;
create unique index one_live_invitation_per_address_role_and_seat
on private.invitations (academy_id, email, role, seat_id) nulls not distinct
where accepted_at is null and revoked_at is null;
comment on index private.one_live_invitation_per_address_role_and_seat is
'Inviting again is the same invitation; what a garage offers and what the academy offers are two.';

create function private.seats_bought(academy uuid, garage uuid)
returns bigint
language sql
stable
set search_path = ''
as $$
    select coalesce(sum(e.seats), 0) from public.entitlements as e
    where e.academy_id = academy and e.user_id = garage and e.seats is not null
        and e.revoked_at is null and e.valid_from <= now() and coalesce(e.valid_until > now(), true);
$$;
comment on function private.seats_bought is 'What its entitlements give now; a lapsed one gives nothing.';

create function private.seats_in_use(academy uuid, garage uuid)
returns bigint
language sql
stable
set search_path = ''
as $$
    select count(*) from public.garage_seats as s
    where s.academy_id = academy and s.garage_id = garage and s.released_at is null
        and (s.student_id is not null or exists (
            select 1 from private.invitations as i
            where i.academy_id = s.academy_id and i.seat_id = s.id
                and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
        ));
$$;
comment on function private.seats_in_use is
'Seats taken or offered. A decision on it needs the garage''s member row locked first. An invitation '
'that lapses gives its seat back by itself.';

create function private.invitation_stands(invitation private.invitations)
returns boolean
language sql
stable
set search_path = ''
as $$
    select case
        when invitation.seat_id is not null then exists (
            select 1 from public.garage_seats as s
            inner join public.members as m on s.academy_id = m.academy_id and s.garage_id = m.user_id
            inner join public.member_roles as r on m.academy_id = r.academy_id and m.user_id = r.user_id
            where s.id = invitation.seat_id and s.released_at is null and m.status = 'active'
                and r.role = 'garage'
                and private.seats_in_use(s.academy_id, s.garage_id)
                <= private.seats_bought(s.academy_id, s.garage_id)
        )
        when invitation.invited_by is null then true
        else private.may_invite(invitation.academy_id, invitation.invited_by, invitation.role)
    end;
$$;
comment on function private.invitation_stands is
'Whether whoever invited could still do so: a dismissed admin''s promise and a lost seat do not hold.';

create function private.my_team()
returns table (academy_id uuid, user_id uuid)
language sql
stable
security definer
rows 20
set search_path = ''
as $$
    select s.academy_id, s.student_id from public.garage_seats as s
    where s.garage_id = (select auth.uid()) and s.student_id is not null and s.released_at is null
        and s.academy_id = any((select private.my_academies_as('{garage}'))::uuid[]);
$$;
comment on function private.my_team is
'Who holds the caller''s seats, the caller being an active garage. Definer: policies of members ask.';
grant execute on function private.my_team to authenticated, service_role;
