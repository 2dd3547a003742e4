-- Who sees access. Actors: the learner while a member, guardians with `see`; staff of the academy. Nobody writes.

create policy "people and guardians see entitlements, staff their academy's"
on public.entitlements for select to authenticated
using (
    (
        user_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, user_id) in (select * from private.my_wards('see'))
);

create policy "learners and guardians see enrollments, staff their academy's"
on public.enrollments for select to authenticated
using (
    (
        student_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, student_id) in (select * from private.my_wards('see'))
);
