-- What the functions for staff have in common: who may, which row, which slug, which limits.

create function private.as_staff(academy uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
begin
    perform private.ask_second_factor(academy);
    if academy is null or not academy = any((select private.my_staff_academies())::uuid[]) then
        perform private.fail(
            403, 'staff_required', 'Seule l''équipe de l''académie peut faire cela.',
            'Ask the academy''s staff.'
        );
    end if;
    return me;
end;
$$;
comment on function private.as_staff is 'The caller, who must be staff of the academy.';

create function private.as_admin(academy uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
begin
    perform private.ask_second_factor(academy, '{admin}');
    if academy is null or not academy = any((select private.my_admin_academies())::uuid[]) then
        perform private.fail(
            403, 'admin_required', 'Seul un administrateur de l''académie peut faire cela.',
            'Ask an admin of the academy.'
        );
    end if;
    return me;
end;
$$;
comment on function private.as_admin is
'The caller, who must be an admin: prices and subjects are theirs alone.';

create function private.staff_formation(formation uuid)
returns public.formations
language plpgsql
set search_path = ''
as $$
declare
    mine public.formations;
begin
    select * into mine from public.formations as f
    where f.id = formation and f.academy_id = any((select private.my_staff_academies())::uuid[])
    for no key update;
    if mine.id is null then
        perform private.fail(
            404, 'formation_not_found', 'Cette formation n''existe pas dans votre académie.',
            'Staff of the formation''s academy only.'
        );
    end if;
    return mine;
end;
$$;
comment on function private.staff_formation is
'A formation of the caller''s academy, locked: changes of its outline take turns here. Whoever is not '
'staff learns no more than of one that does not exist.';

create function private.staff_course(course uuid)
returns public.courses
language plpgsql
set search_path = ''
as $$
declare
    mine public.courses;
begin
    select * into mine from public.courses as c
    where c.id = course and c.academy_id = any((select private.my_staff_academies())::uuid[])
    for no key update;
    if mine.id is null then
        perform private.fail(
            404, 'course_not_found', 'Ce cours n''existe pas dans votre académie.',
            'Staff of the course''s academy only.'
        );
    end if;
    return mine;
end;
$$;
comment on function private.staff_course is 'A course of the caller''s academy, locked, as above.';

create function private.free_slug(academy uuid, wanted text, title text, in_table regclass)
returns text
language plpgsql
set search_path = ''
as $$
declare
    base text := coalesce(wanted, trim(both '-' from left(regexp_replace(
        lower(extensions.unaccent(title)), '[^a-z0-9]+', '-', 'g'), 80)));
    taken text [];
begin
    if base = '' then
        base := 'sans-titre';
    end if;
    -- Two of the same title made at once take turns, or both would find the slug free.
    perform pg_advisory_xact_lock(hashtextextended(academy::text || in_table::text, 0));
    taken := array(
        select f.slug from public.formations as f
        where f.academy_id = academy and in_table = 'public.formations'::regclass
        union all
        select c.slug from public.courses as c
        where c.academy_id = academy and in_table = 'public.courses'::regclass
    );
    if wanted is not null or not base = any(taken) then
        return base;
    end if;
    return (
        select base || '-' || n from generate_series(2, cardinality(taken) + 2) as n
        where not base || '-' || n = any(taken) order by n limit 1
    );
end;
$$;
comment on function private.free_slug is
'The slug asked for, or one made from the title, with a number where it is taken in the academy.';
