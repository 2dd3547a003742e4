-- Who sees and writes what a person is as a student or parent. Actors: the person, with the role;
-- guardians with `see`; staff.

create policy "students and guardians see it, staff see their academy's"
on public.student_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, user_id) in (select * from private.my_wards('see'))
);

create policy "students write their own student profile"
on public.student_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{student}'))::uuid[])
);

create policy "students edit their own student profile"
on public.student_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{student}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{student}'))::uuid[])
);

create policy "parents see their own, staff see their academy's"
on public.parent_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "parents write their own parent profile"
on public.parent_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
);

create policy "parents edit their own parent profile"
on public.parent_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
);
