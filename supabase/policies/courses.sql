-- Who sees subjects, courses and lessons' outlines. Actors: as for formations; admins edit subjects.

create policy "anyone sees subjects, staff archived ones too"
on public.subjects for select to anon, authenticated
using (
    (archived_at is null and academy_id = any((select private.visible_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "admins edit their subjects"
on public.subjects for update to authenticated
using (academy_id = any((select private.my_admin_academies())::uuid[]))
with check (academy_id = any((select private.my_admin_academies())::uuid[]));

create policy "anyone sees courses published or theirs, staff all"
on public.courses for select to anon, authenticated
using (
    (
        is_published and archived_at is null
        and academy_id = any((select private.visible_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or id = any((select private.my_courses())::uuid[])
);

create policy "staff edit their courses"
on public.courses for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "published lessons are seen with their course, by staff all"
on public.lessons for select to anon, authenticated
using (
    (is_published and exists (select 1 from public.courses as c where c.id = lessons.course_id))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "staff edit their lessons"
on public.lessons for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));
