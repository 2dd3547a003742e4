-- A lesson or module as staff change it: found in their academy, with its course or formation locked.

create function private.staff_lesson(lesson uuid)
returns public.lessons
language plpgsql
set search_path = ''
as $$
declare
    mine public.lessons;
begin
    select * into mine from public.lessons as l
    where l.id = lesson and l.academy_id = any((select private.my_staff_academies())::uuid[]);
    if mine.id is null then
        perform private.fail(
            404, 'lesson_not_found', 'Cette leçon n''existe pas dans votre académie.',
            'Staff of the lesson''s academy only.'
        );
    end if;
    -- The course before the lesson, as everywhere.
    perform private.staff_course(mine.course_id);
    return mine;
end;
$$;
comment on function private.staff_lesson is 'A lesson of the caller''s academy, its course locked.';

create function private.staff_module(module uuid)
returns public.modules
language plpgsql
set search_path = ''
as $$
declare
    mine public.modules;
begin
    select * into mine from public.modules as m
    where m.id = module and m.academy_id = any((select private.my_staff_academies())::uuid[]);
    if mine.id is null then
        perform private.fail(
            404, 'module_not_found', 'Ce module n''existe pas dans votre académie.',
            'Staff of the module''s academy only.'
        );
    end if;
    perform private.staff_formation(mine.formation_id);
    return mine;
end;
$$;
comment on function private.staff_module is 'A module of the caller''s academy, its formation locked.';
