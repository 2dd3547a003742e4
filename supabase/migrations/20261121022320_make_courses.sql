-- Staff make courses and lessons; admins make subjects.

create function private.create_subject(academy uuid, facts jsonb)
returns public.subjects
language plpgsql
security definer
set search_path = ''
as $$
declare
    made public.subjects;
    broken text;
begin
    perform private.as_admin(academy);
    if (select count(*) from public.subjects as s where s.academy_id = academy) >= 200 then
        perform private.fail(
            422, 'too_many_subjects', 'L''académie a trop de matières.', 'At most 200.'
        );
    end if;
    insert into public.subjects (academy_id, code, title, order_index)
    select academy, s.code, s.title, coalesce(s.order_index, 0)
    from jsonb_populate_record(null::public.subjects, facts) as s
    returning * into made;
    perform private.audit(academy, 'subject.created', 'subjects', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.create_subject is 'Definer: no client inserts here; admins only.';

create function private.create_course(academy uuid, facts jsonb)
returns public.courses
language plpgsql
security definer
set search_path = ''
as $$
declare
    made public.courses;
    broken text;
begin
    perform private.as_staff(academy);
    insert into public.courses (
        academy_id, subject_id, slug, title, short_description, description, pillar_number, emoji,
        color_gradient, duration_weeks, thumbnail_url, required_feature, order_index
    )
    select academy, c.subject_id, private.free_slug(academy, c.slug, c.title, 'public.courses'),
        c.title, c.short_description, c.description, c.pillar_number, c.emoji, c.color_gradient,
        c.duration_weeks, c.thumbnail_url, c.required_feature, coalesce(c.order_index, 0)
    from jsonb_populate_record(null::public.courses, facts) as c
    returning * into made;
    perform private.append_lessons(made, facts -> 'lessons', true);
    perform private.audit(academy, 'course.created', 'courses', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.create_course is
'Definer: no client inserts here. A draft with its lessons, which show when the course is published.';

create function private.add_lesson(course uuid, facts jsonb)
returns public.lessons
language plpgsql
security definer
set search_path = ''
as $$
declare
    taught public.courses := private.staff_course(course);
    made public.lessons;
    broken text;
begin
    select * into made from private.append_lessons(taught, jsonb_build_array(facts), false);
    perform private.audit(taught.academy_id, 'lesson.created', 'lessons', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.add_lesson is
'Definer: no client inserts here. A draft, since the course may be on show already.';

create function public.create_subject(
    academy_id uuid, code text, title text, order_index integer default 0
)
returns public.subjects
language sql
set search_path = ''
as $$
    select * from private.create_subject(create_subject.academy_id, jsonb_build_object(
        'code', code, 'title', title, 'order_index', order_index
    ));
$$;
comment on function public.create_subject is 'An admin adds a subject, such as MATHEMATIQUES.';

create function public.create_course(
    academy_id uuid, title text, short_description text default null,
    description text default null, subject_id uuid default null,
    pillar_number integer default null, emoji text default null, color_gradient text default null,
    duration_weeks integer default null, thumbnail_url text default null,
    required_feature text default null, order_index integer default 0, slug text default null,
    lessons jsonb default '[]'
)
returns public.courses
language sql
set search_path = ''
as $$
    select * from private.create_course(create_course.academy_id, jsonb_build_object(
        'title', title, 'short_description', short_description, 'description', description,
        'subject_id', subject_id, 'pillar_number', pillar_number, 'emoji', emoji,
        'color_gradient', color_gradient, 'duration_weeks', duration_weeks,
        'thumbnail_url', thumbnail_url, 'required_feature', required_feature,
        'order_index', order_index, 'slug', slug, 'lessons', lessons
    ));
$$;
comment on function public.create_course is
'Staff make a course as a draft, with its lessons [{title, duration_minutes, …}] in order.';

create function public.add_lesson(
    course_id uuid, title text, description text default null, duration_minutes integer default null,
    release_day_offset integer default 0, is_free boolean default false, slug text default null
)
returns public.lessons
language sql
set search_path = ''
as $$
    select * from private.add_lesson(add_lesson.course_id, jsonb_build_object(
        'title', title, 'description', description, 'duration_minutes', duration_minutes,
        'release_day_offset', release_day_offset, 'is_free', is_free, 'slug', slug
    ));
$$;
comment on function public.add_lesson is
'Staff add a lesson after a course''s last, as a draft: publish_lesson shows it.';

create function public.reorder_lessons(course_id uuid, lesson_ids uuid [])
returns setof public.lessons
language sql
set search_path = ''
as $$
    select * from private.reorder_lessons(reorder_lessons.course_id, reorder_lessons.lesson_ids);
$$;
comment on function public.reorder_lessons is
'Staff put a course''s lessons in this order; every lesson is named once.';

grant execute on function
private.create_subject, private.create_course, private.add_lesson, private.reorder_lessons,
public.create_subject, public.create_course, public.add_lesson, public.reorder_lessons
to authenticated;
