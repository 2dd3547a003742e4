-- Who reads contents. Actors: whoever has access now; staff. Nobody writes one from a client.

create policy "learners read lessons released to them, staff all"
on public.lesson_contents for select to authenticated
using (
    lesson_id = any((select private.my_lessons())::uuid[])
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "learners read modules of their formations, staff all"
on public.module_contents for select to authenticated
using (
    module_id = any((select private.my_modules())::uuid[])
    or academy_id = any((select private.my_staff_academies())::uuid[])
);
