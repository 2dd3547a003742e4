-- Staff fill lessons and modules: their content, one gated row each, and their publication.

create function private.publish_lesson(lesson uuid)
returns public.lessons
language plpgsql
security definer
set search_path = ''
as $$
declare
    shown public.lessons := private.staff_lesson(lesson);
begin
    update public.lessons as l set is_published = true
    where l.id = shown.id and not l.is_published returning l.* into shown;
    if shown.id is null then
        select * into shown from public.lessons as l where l.id = lesson;
    else
        perform private.audit(shown.academy_id, 'lesson.published', 'lessons', shown.id);
    end if;
    return shown;
end;
$$;
comment on function private.publish_lesson is 'Definer: is_published is written here alone.';

create function private.set_lesson_content(lesson uuid, facts jsonb)
returns public.lesson_contents
language plpgsql
security definer
set search_path = ''
as $$
declare
    filled public.lessons := private.staff_lesson(lesson);
    kept public.lesson_contents;
    broken text;
begin
    insert into public.lesson_contents (lesson_id, academy_id, content, video_url, attachments)
    values (
        filled.id, filled.academy_id, facts ->> 'content', facts ->> 'video_url',
        coalesce(nullif(facts -> 'attachments', 'null'), '[]')
    )
    on conflict (lesson_id) do update set content = excluded.content,
        video_url = excluded.video_url, attachments = excluded.attachments
    returning * into kept;
    perform private.audit(filled.academy_id, 'lesson.filled', 'lessons', filled.id);
    return kept;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.set_lesson_content is
'Definer: contents are written here alone, whole; what is not passed is emptied.';

create function private.set_module_content(module uuid, facts jsonb)
returns public.module_contents
language plpgsql
security definer
set search_path = ''
as $$
declare
    filled public.modules := private.staff_module(module);
    kept public.module_contents;
    broken text;
begin
    insert into public.module_contents (module_id, academy_id, content, content_url, attachments)
    values (
        filled.id, filled.academy_id, facts ->> 'content', facts ->> 'content_url',
        coalesce(nullif(facts -> 'attachments', 'null'), '[]')
    )
    on conflict (module_id) do update set content = excluded.content,
        content_url = excluded.content_url, attachments = excluded.attachments
    returning * into kept;
    perform private.audit(filled.academy_id, 'module.filled', 'modules', filled.id);
    return kept;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.set_module_content is
'Definer: contents are written here alone, whole; what is not passed is emptied.';

create function public.publish_lesson(lesson_id uuid)
returns public.lessons
language sql
set search_path = ''
as $$ select * from private.publish_lesson(publish_lesson.lesson_id); $$;
comment on function public.publish_lesson is 'Staff show a lesson in the outline of its course.';

create function public.set_lesson_content(
    lesson_id uuid, content text default null, video_url text default null,
    attachments jsonb default '[]'
)
returns public.lesson_contents
language sql
set search_path = ''
as $$
    select * from private.set_lesson_content(set_lesson_content.lesson_id, jsonb_build_object(
        'content', content, 'video_url', video_url, 'attachments', attachments
    ));
$$;
comment on function public.set_lesson_content is 'Staff write what a lesson teaches, whole.';

create function public.set_module_content(
    module_id uuid, content text default null, content_url text default null,
    attachments jsonb default '[]'
)
returns public.module_contents
language sql
set search_path = ''
as $$
    select * from private.set_module_content(set_module_content.module_id, jsonb_build_object(
        'content', content, 'content_url', content_url, 'attachments', attachments
    ));
$$;
comment on function public.set_module_content is 'Staff write what a module is made of, whole.';

grant execute on function
private.publish_lesson, private.set_lesson_content, private.set_module_content,
public.publish_lesson, public.set_lesson_content, public.set_module_content
to authenticated;
