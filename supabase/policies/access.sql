-- Who sees access. Actors: the learner while a member; staff of the academy. Nobody writes.

create policy "people see their entitlements, staff see their academy's"
on public.entitlements for select to authenticated
using (
    (
        user_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "learners see their enrollments, staff see their academy's"
on public.enrollments for select to authenticated
using (
    (
        student_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);
