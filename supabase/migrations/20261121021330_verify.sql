-- Staff's word on a garage or a coach.

create function private.verify_garage(academy uuid, person uuid, answer boolean)
returns public.garage_profiles
language plpgsql
security definer
set search_path = ''
as $$
declare
    done public.garage_profiles;
begin
    perform private.lock_as_staff(academy);
    update public.garage_profiles as g set verified = coalesce(answer, false)
    where g.academy_id = academy and g.user_id = person returning g.* into done;
    if done.user_id is null then
        perform private.fail(
            404, 'profile_not_found', 'Ce profil n''existe pas.', 'The garage fills it in first.'
        );
    end if;
    perform private.audit(
        academy, 'garage.verified', 'members', person, jsonb_build_object('verified', done.verified)
    );
    return done;
end;
$$;
comment on function private.verify_garage is 'Definer: verified is DB-owned; the caller is staff.';

create function private.verify_coach(academy uuid, person uuid, answer boolean)
returns public.coach_profiles
language plpgsql
security definer
set search_path = ''
as $$
declare
    done public.coach_profiles;
begin
    perform private.lock_as_staff(academy);
    update public.coach_profiles as c set verified = coalesce(answer, false)
    where c.academy_id = academy and c.user_id = person returning c.* into done;
    if done.user_id is null then
        perform private.fail(
            404, 'profile_not_found', 'Ce profil n''existe pas.', 'The coach fills it in first.'
        );
    end if;
    perform private.audit(
        academy, 'coach.verified', 'members', person, jsonb_build_object('verified', done.verified)
    );
    return done;
end;
$$;
comment on function private.verify_coach is 'Definer: verified is DB-owned; the caller is staff.';

create function public.verify_garage(academy_id uuid, member_id uuid, verified boolean default true)
returns public.garage_profiles
language sql
set search_path = ''
as $$
    select * from private.verify_garage(
        verify_garage.academy_id, verify_garage.member_id, verify_garage.verified
    );
$$;
comment on function public.verify_garage is
'Says that the company and its SIRET were checked. Staff only; a change of either takes it back.';

create function public.verify_coach(academy_id uuid, member_id uuid, verified boolean default true)
returns public.coach_profiles
language sql
set search_path = ''
as $$
    select * from private.verify_coach(
        verify_coach.academy_id, verify_coach.member_id, verify_coach.verified
    );
$$;
comment on function public.verify_coach is
'Says that what a coach teaches was checked. Staff only; another subject takes it back.';

grant execute on function
private.verify_garage, private.verify_coach, public.verify_garage, public.verify_coach
to authenticated;
