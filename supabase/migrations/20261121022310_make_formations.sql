-- Staff make formations, modules and cohorts.

create function private.create_formation(academy uuid, facts jsonb)
returns public.formations
language plpgsql
security definer
set search_path = ''
as $$
declare
    made public.formations;
    broken text;
begin
    perform private.as_staff(academy);
    insert into public.formations (
        academy_id, slug, title, subtitle, description, level, duration_months, max_students,
        features, prerequisites, self_paced, thumbnail_url, is_active
    )
    select academy, private.free_slug(academy, f.slug, f.title, 'public.formations'), f.title,
        f.subtitle, f.description, f.level, f.duration_months, f.max_students,
        coalesce(f.features, '{}'), coalesce(f.prerequisites, '{}'), coalesce(f.self_paced, true),
        f.thumbnail_url, false
    from jsonb_populate_record(null::public.formations, facts) as f
    returning * into made;
    perform private.append_modules(made, facts -> 'modules');
    perform private.audit(academy, 'formation.created', 'formations', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.create_formation is
'Definer: no client inserts here. A draft with its whole outline, or nothing.';

create function private.add_module(formation uuid, facts jsonb)
returns public.modules
language plpgsql
security definer
set search_path = ''
as $$
declare
    programme public.formations := private.staff_formation(formation);
    made public.modules;
    broken text;
begin
    select * into made from private.append_modules(programme, jsonb_build_array(facts));
    perform private.audit(programme.academy_id, 'module.created', 'modules', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.add_module is 'Definer: no client inserts here; staff of the academy only.';

create function private.create_cohort(formation uuid, facts jsonb)
returns public.cohorts
language plpgsql
security definer
set search_path = ''
as $$
declare
    programme public.formations := private.staff_formation(formation);
    made public.cohorts;
    broken text;
begin
    if (
        select count(*) from public.cohorts as c
        where c.academy_id = programme.academy_id and c.formation_id = programme.id
    ) >= 500 then
        perform private.fail(
            422, 'too_many_cohorts', 'Cette formation a trop de sessions.', 'At most 500.'
        );
    end if;
    insert into public.cohorts (academy_id, formation_id, name, starts_on, ends_on, seats)
    select programme.academy_id, programme.id, c.name, c.starts_on, c.ends_on, c.seats
    from jsonb_populate_record(null::public.cohorts, facts) as c
    returning * into made;
    perform private.audit(programme.academy_id, 'cohort.created', 'cohorts', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.create_cohort is
'Definer: no client inserts here. Without a number of seats, the formation''s max_students.';

create function public.create_formation(
    academy_id uuid, title text, level text default null, subtitle text default null,
    description text default null, duration_months integer default null,
    max_students integer default null, features text [] default '{}',
    prerequisites text [] default '{}', self_paced boolean default true,
    thumbnail_url text default null, slug text default null, modules jsonb default '[]'
)
returns public.formations
language sql
set search_path = ''
as $$
    select * from private.create_formation(create_formation.academy_id, jsonb_build_object(
        'title', title, 'level', level, 'subtitle', subtitle, 'description', description,
        'duration_months', duration_months, 'max_students', max_students, 'features', features,
        'prerequisites', prerequisites, 'self_paced', self_paced, 'thumbnail_url', thumbnail_url,
        'slug', slug, 'modules', modules
    ));
$$;
comment on function public.create_formation is
'Staff make a formation as a draft, with its modules [{title, content_type, …}] in order.';

create function public.add_module(
    formation_id uuid, title text, content_type text, description text default null,
    duration_hours integer default null, is_mandatory boolean default true,
    course_id uuid default null
)
returns public.modules
language sql
set search_path = ''
as $$
    select * from private.add_module(add_module.formation_id, jsonb_build_object(
        'title', title, 'content_type', content_type, 'description', description,
        'duration_hours', duration_hours, 'is_mandatory', is_mandatory, 'course_id', course_id
    ));
$$;
comment on function public.add_module is 'Staff add a module after a formation''s last.';

create function public.create_cohort(
    formation_id uuid, name text, starts_on date, ends_on date default null,
    seats integer default null
)
returns public.cohorts
language sql
set search_path = ''
as $$
    select * from private.create_cohort(create_cohort.formation_id, jsonb_build_object(
        'name', name, 'starts_on', starts_on, 'ends_on', ends_on, 'seats', seats
    ));
$$;
comment on function public.create_cohort is 'Staff open a start of a formation, with its seats.';

grant execute on function
private.create_formation, private.add_module, private.create_cohort, public.create_formation,
public.add_module, public.create_cohort
to authenticated;
