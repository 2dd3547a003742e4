-- Publishing puts on the catalogue, archiving takes off it; whoever has access keeps it.

create function private.publish_formation(formation uuid)
returns public.formations
language plpgsql
security definer
set search_path = ''
as $$
declare
    programme public.formations := private.staff_formation(formation);
begin
    if not exists (
        select 1 from public.modules as m
        where m.academy_id = programme.academy_id and m.formation_id = programme.id
    ) then
        perform private.fail(
            422, 'formation_is_empty', 'Une formation sans module ne peut pas être publiée.',
            'Call add_module first.'
        );
    end if;
    if not programme.is_active then
        update public.formations as f set is_active = true, archived_at = null
        where f.id = programme.id returning f.* into programme;
        perform private.audit(
            programme.academy_id, 'formation.published', 'formations', programme.id
        );
    end if;
    return programme;
end;
$$;
comment on function private.publish_formation is 'Definer: is_active is written here alone.';

create function private.archive_formation(formation uuid)
returns public.formations
language plpgsql
security definer
set search_path = ''
as $$
declare
    programme public.formations := private.staff_formation(formation);
begin
    if not programme.is_active and programme.archived_at is null then
        perform private.fail(
            409, 'formation_is_a_draft', 'Cette formation n''a jamais été publiée.',
            'A draft is on no catalogue.'
        );
    end if;
    if programme.archived_at is null then
        update public.formations as f set is_active = false, archived_at = now()
        where f.id = programme.id returning f.* into programme;
        perform private.audit(
            programme.academy_id, 'formation.archived', 'formations', programme.id
        );
    end if;
    return programme;
end;
$$;
comment on function private.archive_formation is 'Definer: archived_at is written here alone.';

create function private.publish_course(course uuid)
returns public.courses
language plpgsql
security definer
set search_path = ''
as $$
declare
    taught public.courses := private.staff_course(course);
begin
    if not exists (
        select 1 from public.lessons as l
        where l.academy_id = taught.academy_id and l.course_id = taught.id and l.is_published
    ) then
        perform private.fail(
            422, 'course_is_empty', 'Un cours sans leçon publiée ne peut pas être publié.',
            'Call add_lesson and publish_lesson first.'
        );
    end if;
    if not taught.is_published or taught.archived_at is not null then
        update public.courses as c set is_published = true, archived_at = null
        where c.id = taught.id returning c.* into taught;
        perform private.audit(taught.academy_id, 'course.published', 'courses', taught.id);
    end if;
    return taught;
end;
$$;
comment on function private.publish_course is 'Definer: is_published is written here alone.';

create function private.archive_course(course uuid)
returns public.courses
language plpgsql
security definer
set search_path = ''
as $$
declare
    taught public.courses := private.staff_course(course);
begin
    if not taught.is_published then
        perform private.fail(
            409, 'course_is_a_draft', 'Ce cours n''a jamais été publié.', 'A draft is on no catalogue.'
        );
    end if;
    if taught.archived_at is null then
        update public.courses as c set archived_at = now()
        where c.id = taught.id returning c.* into taught;
        perform private.audit(taught.academy_id, 'course.archived', 'courses', taught.id);
    end if;
    return taught;
end;
$$;
comment on function private.archive_course is 'Definer: archived_at is written here alone.';

create function public.publish_formation(formation_id uuid)
returns public.formations
language sql
set search_path = ''
as $$ select * from private.publish_formation(publish_formation.formation_id); $$;
comment on function public.publish_formation is
'Staff put a formation with modules on the catalogue, out of the archive too.';

create function public.archive_formation(formation_id uuid)
returns public.formations
language sql
set search_path = ''
as $$ select * from private.archive_formation(archive_formation.formation_id); $$;
comment on function public.archive_formation is
'Staff take a formation off the catalogue; whoever has access keeps it.';

create function public.publish_course(course_id uuid)
returns public.courses
language sql
set search_path = ''
as $$ select * from private.publish_course(publish_course.course_id); $$;
comment on function public.publish_course is
'Staff put a course with a published lesson on the catalogue, out of the archive too.';

create function public.archive_course(course_id uuid)
returns public.courses
language sql
set search_path = ''
as $$ select * from private.archive_course(archive_course.course_id); $$;
comment on function public.archive_course is
'Staff take a course off the catalogue; whoever has access keeps it.';

grant execute on function
private.publish_formation, private.archive_formation, private.publish_course,
private.archive_course, public.publish_formation, public.archive_formation, public.publish_course,
public.archive_course
to authenticated;
