-- Staff say who guards whom, and correct a pupil's birth date.

create function private.set_guardianship(
    academy uuid, parent uuid, pupil uuid, wanted_scopes text []
)
returns public.guardianships
language plpgsql
security definer
set search_path = ''
as $$
declare
    wanted text[] := array(select distinct s from unnest(wanted_scopes) as s order by s);
    bond public.guardianships;
begin
    -- One change at a time in an academy: two halves of a circle cannot pass each other.
    perform private.lock_as_staff(academy);
    if cardinality(wanted) = 0 or not coalesce(wanted <@ '{see,pay,book,message}'::text[], false) then
        perform private.fail(
            422, 'scopes_invalid', 'Ces droits ne sont pas valables.',
            'Give one or more of see, pay, book, message.'
        );
    end if;
    if parent = pupil or not exists (
        select 1 from public.members as m
        inner join public.member_roles as r on m.academy_id = r.academy_id and m.user_id = r.user_id
        where m.academy_id = academy and m.user_id = parent and m.status = 'active'
            and r.role = 'parent'
    ) or not exists (
        select 1 from public.members as m
        inner join public.member_roles as r on m.academy_id = r.academy_id and m.user_id = r.user_id
        where m.academy_id = academy and m.user_id = pupil and m.status = 'active'
            and r.role = 'student'
    ) then
        perform private.fail(
            422, 'not_parent_and_student', 'Il faut un parent et un élève actifs de l''académie.',
            'Two different active members, one with the role parent, the other student.'
        );
    end if;
    if exists (
        with recursive above (person) as (
            select g.parent_id from public.guardianships as g
            where g.academy_id = academy and g.student_id = parent and private.is_ongoing(g)
            union
            select g.parent_id from public.guardianships as g
            inner join above as a on g.student_id = a.person
            where g.academy_id = academy and private.is_ongoing(g)
        )
        select 1 from above as a where a.person = pupil
    ) then
        perform private.fail(
            409, 'guardianship_cycle', 'Cet élève est déjà responsable de ce parent.',
            'End the other guardianship first.'
        );
    end if;
    if (
        select count(*) filter (where g.student_id = pupil) >= 10
            or count(*) filter (where g.parent_id = parent) >= 20
        from public.guardianships as g
        where g.academy_id = academy and private.is_ongoing(g)
            and (g.student_id = pupil or g.parent_id = parent)
            and (g.parent_id, g.student_id) <> (parent, pupil)
    ) then
        perform private.fail(
            422, 'too_many_guardianships', 'Trop de responsables ou d''élèves.',
            'A pupil has at most 10 guardians, a parent at most 20 pupils.'
        );
    end if;
    insert into public.guardianships (academy_id, parent_id, student_id, scopes)
    values (academy, parent, pupil, wanted)
    on conflict (academy_id, parent_id, student_id) do update
    set scopes = excluded.scopes, ends_on = null
    returning * into bond;
    perform private.audit(
        academy, 'guardianship.set', 'members', pupil,
        jsonb_build_object('parent_id', parent, 'scopes', wanted)
    );
    return bond;
end;
$$;
comment on function private.set_guardianship is 'Definer: guardianships are DB-owned; the caller is staff.';

create function private.end_guardianship(academy uuid, parent uuid, pupil uuid)
returns public.guardianships
language plpgsql
security definer
set search_path = ''
as $$
declare
    bond public.guardianships;
    today date;
begin
    perform private.lock_as_staff(academy);
    select (now() at time zone a.timezone)::date into today
    from public.academies as a where a.id = academy;
    update public.guardianships as g set ends_on = least(g.ends_on, today)
    where g.academy_id = academy and g.parent_id = parent and g.student_id = pupil
    returning g.* into bond;
    if bond.academy_id is null then
        perform private.fail(
            404, 'guardianship_not_found', 'Ce lien n''existe pas.', 'Take both ids from guardianships.'
        );
    end if;
    perform private.audit(
        academy, 'guardianship.ended', 'members', pupil, jsonb_build_object('parent_id', parent)
    );
    return bond;
end;
$$;
comment on function private.end_guardianship is 'Definer: guardianships are DB-owned; the caller is staff.';

create function private.set_birth_date(academy uuid, person uuid, born date)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform private.lock_as_staff(academy);
    if born is null or born <= '1900-01-01' or born > current_date then
        perform private.fail(
            422, 'birth_date_invalid', 'Cette date de naissance n''est pas valable.', 'YYYY-MM-DD.'
        );
    end if;
    -- Of a pupil with guardians here and no other: anybody else's date is their own.
    update public.profile_details as d set birth_date = born
    where d.user_id = person and exists (
        select 1 from public.guardianships as g
        where g.academy_id = academy and g.student_id = person
    );
    if not found then
        perform private.fail(
            404, 'guardianship_not_found', 'Cet élève n''a pas de responsable ici.',
            'Without a guardian, the person edits the date themselves.'
        );
    end if;
    perform private.audit(academy, 'birth_date.corrected', 'members', person);
end;
$$;
comment on function private.set_birth_date is 'Definer: details are their owner''s; the caller is staff.';
