-- Outlines: modules of a formation and lessons of a course, added at the end and put in order.

create function private.refuse_input(state text, broken text, said text)
returns void
language plpgsql
set search_path = ''
as $$
begin
    if state = '23505' then
        perform private.fail(
            409, 'already_exists', 'Il existe déjà un élément de ce nom.', coalesce(broken, said)
        );
    end if;
    perform private.fail(
        422, 'invalid_input', 'Une des valeurs n''est pas acceptée.',
        coalesce(nullif(replace(broken, '_', ' '), ''), said)
    );
end;
$$;
comment on function private.refuse_input is
'Says what a constraint refused as a stable code; the hint is the constraint, which is a sentence.';

create function private.append_modules(programme public.formations, items jsonb)
returns setof public.modules
language plpgsql
set search_path = ''
as $$
declare
    there integer := (
        select coalesce(max(m.order_index), 0) from public.modules as m
        where m.academy_id = programme.academy_id and m.formation_id = programme.id
    );
begin
    items := private.outline_items(items, 200 - there);
    return query
    insert into public.modules (
        academy_id, formation_id, order_index, title, description, duration_hours, content_type,
        is_mandatory, course_id
    )
    select programme.academy_id, programme.id, there + i.place, m.title, m.description,
        m.duration_hours, m.content_type, coalesce(m.is_mandatory, true), m.course_id
    from jsonb_array_elements(items) with ordinality as i (item, place)
    cross join lateral jsonb_populate_record(null::public.modules, i.item) as m
    returning *;
end;
$$;
comment on function private.append_modules is
'Adds modules after the last; the caller holds the formation''s row.';

create function private.append_lessons(course public.courses, items jsonb, published boolean)
returns setof public.lessons
language plpgsql
set search_path = ''
as $$
declare
    there integer := (
        select coalesce(max(l.lesson_number), 0) from public.lessons as l
        where l.academy_id = course.academy_id and l.course_id = course.id
    );
begin
    items := private.outline_items(items, 300 - there);
    return query
    insert into public.lessons (
        academy_id, course_id, lesson_number, slug, title, description, duration_minutes,
        release_day_offset, is_free, is_published
    )
    select course.academy_id, course.id, there + i.place, l.slug, l.title, l.description,
        l.duration_minutes, coalesce(l.release_day_offset, 0), coalesce(l.is_free, false), published
    from jsonb_array_elements(items) with ordinality as i (item, place)
    cross join lateral jsonb_populate_record(null::public.lessons, i.item) as l
    returning *;
end;
$$;
comment on function private.append_lessons is
'Adds lessons after the last; the caller holds the course''s row.';

create function private.reorder_modules(formation uuid, module_ids uuid [])
returns setof public.modules
language plpgsql
security definer
set search_path = ''
as $$
declare
    programme public.formations := private.staff_formation(formation);
begin
    if (
        select coalesce(array_agg(m.id order by m.id), '{}') from public.modules as m
        where m.academy_id = programme.academy_id and m.formation_id = programme.id
    ) is distinct from (select coalesce(array_agg(w.id order by w.id), '{}') from unnest(module_ids) as w (id))
    then
        perform private.fail(
            422, 'order_incomplete', 'L''ordre doit nommer chaque module une fois.',
            'Pass exactly the ids of the formation''s modules; somebody may just have added one.'
        );
    end if;
    update public.modules as m set order_index = w.place
    from unnest(module_ids) with ordinality as w (id, place)
    where m.id = w.id and m.academy_id = programme.academy_id and m.formation_id = programme.id;
    perform private.audit(
        programme.academy_id, 'formation.reordered', 'formations', programme.id
    );
    return query select * from public.modules as m
    where m.academy_id = programme.academy_id and m.formation_id = programme.id
    order by m.order_index;
end;
$$;
comment on function private.reorder_modules is
'Definer: order_index is written here alone. The formation is locked: one order after the other.';

create function private.reorder_lessons(course uuid, lesson_ids uuid [])
returns setof public.lessons
language plpgsql
security definer
set search_path = ''
as $$
declare
    taught public.courses := private.staff_course(course);
begin
    if (
        select coalesce(array_agg(l.id order by l.id), '{}') from public.lessons as l
        where l.academy_id = taught.academy_id and l.course_id = taught.id
    ) is distinct from (select coalesce(array_agg(w.id order by w.id), '{}') from unnest(lesson_ids) as w (id))
    then
        perform private.fail(
            422, 'order_incomplete', 'L''ordre doit nommer chaque leçon une fois.',
            'Pass exactly the ids of the course''s lessons; somebody may just have added one.'
        );
    end if;
    update public.lessons as l set lesson_number = w.place
    from unnest(lesson_ids) with ordinality as w (id, place)
    where l.id = w.id and l.academy_id = taught.academy_id and l.course_id = taught.id;
    perform private.audit(taught.academy_id, 'course.reordered', 'courses', taught.id);
    return query select * from public.lessons as l
    where l.academy_id = taught.academy_id and l.course_id = taught.id order by l.lesson_number;
end;
$$;
comment on function private.reorder_lessons is
'Definer: lesson_number is written here alone. The course is locked, as above.';

create function public.reorder_modules(formation_id uuid, module_ids uuid [])
returns setof public.modules
language sql
set search_path = ''
as $$
    select * from private.reorder_modules(reorder_modules.formation_id, reorder_modules.module_ids);
$$;
comment on function public.reorder_modules is
'Staff put a formation''s modules in this order; every module is named once.';
grant execute on function private.reorder_modules, public.reorder_modules to authenticated;
