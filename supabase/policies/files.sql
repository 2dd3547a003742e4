-- Who sees which files are kept. Actors: the owner while a member; staff of the academy, who work on
-- the papers learners hand in. Nobody writes: functions and workers register what they store.

create policy "people see their files, staff see their academy's"
on public.files for select to authenticated
using (
    (
        owner_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);
