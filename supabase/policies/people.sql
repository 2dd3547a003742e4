-- Who sees memberships. Actors: the person; fellow members, whom the directory lists; guardians with
-- `see`; a garage, whom it seats; staff of the academy. Nobody writes.

create policy "people see their own, listed, wards' and team's memberships"
on public.members for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (listed and academy_id = any((select private.my_academies())::uuid[]))
    or (academy_id, user_id) in (select * from private.my_wards('see'))
    or (academy_id, user_id) in (select * from private.my_team())
);

create policy "people and guardians see roles, staff see their academy's"
on public.member_roles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, user_id) in (select * from private.my_wards('see'))
);

create policy "people see their consents, staff see their academy's"
on public.consent_tracking for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "both sides see a guardianship, staff see their academy's"
on public.guardianships for select to authenticated
using (
    ((select auth.uid()) in (parent_id, student_id) and academy_id = any((select private.my_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "garages and their people see a seat, staff their academy's"
on public.garage_seats for select to authenticated
using (
    ((select auth.uid()) in (garage_id, student_id) and academy_id = any((select private.my_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);
