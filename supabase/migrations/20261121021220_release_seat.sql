-- Giving a seat back, and the API's functions around seats.

create function private.release_seat(seat uuid)
returns public.garage_seats
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    kept public.garage_seats;
begin
    select * into kept from public.garage_seats as s
    where s.id = seat and s.garage_id = me
        and s.academy_id = any((select private.my_academies_as('{garage}'))::uuid[]);
    if kept.id is null then
        perform private.fail(
            404, 'seat_not_found', 'Cette place n''existe pas.', 'Take the id from garage_seats.'
        );
    end if;
    perform private.locked_member(kept.academy_id, me);
    perform private.close_invitation(i.id) from private.invitations as i
    where i.academy_id = kept.academy_id and i.seat_id = kept.id;
    update public.garage_seats as s set released_at = now(), email = null
    where s.id = seat and s.released_at is null returning s.* into kept;
    if found then
        perform private.audit(kept.academy_id, 'seat.released', 'garage_seats', seat);
    else
        select * into kept from public.garage_seats as s where s.id = seat;
    end if;
    return kept;
end;
$$;
comment on function private.release_seat is
'Definer: seats are DB-owned. The mechanic stays a student; the garage sees them no longer.';

create function private.free_seats()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.garage_seats as s set released_at = now(), email = null
    where s.academy_id = new.academy_id and new.user_id in (s.student_id, s.garage_id)
        and s.released_at is null;
    return null;
end;
$$;
comment on function private.free_seats is
'Whoever leaves gives the seat back, and a garage that leaves all of its. Definer: seats are DB-owned.';
create trigger free_seats after update of status on public.members
for each row when (new.status = 'left' and old.status <> 'left')
execute function private.free_seats();

create function public.invite_to_seat(academy_id uuid, email text)
returns public.garage_seats
language sql
set search_path = ''
as $$ select * from private.invite_to_seat(invite_to_seat.academy_id, invite_to_seat.email); $$;
comment on function public.invite_to_seat is
'Offers one of the garage''s seats to an address, by mail; accepting it fills the seat. Offered again '
'while open: the same seat, no second mail.';

create function public.release_seat(seat_id uuid)
returns public.garage_seats
language sql
set search_path = ''
as $$ select * from private.release_seat(release_seat.seat_id); $$;
comment on function public.release_seat is 'Takes a seat back, offered or filled. Released again: nothing.';

grant execute on function
private.invite_to_seat, private.release_seat, public.invite_to_seat, public.release_seat
to authenticated;
