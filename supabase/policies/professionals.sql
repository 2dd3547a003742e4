-- Who sees and writes what a person is as a garage or coach. Actors: the person, with the role; staff;
-- for coaches, every active member.

create policy "garages see their own, staff see their academy's"
on public.garage_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "garages write their own garage profile"
on public.garage_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{garage}'))::uuid[])
);

create policy "garages edit their own garage profile"
on public.garage_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{garage}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{garage}'))::uuid[])
);

create policy "members see the coaches of their academies"
on public.coach_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_academies())::uuid[])
);

create policy "coaches write their own coach profile"
on public.coach_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{coach}'))::uuid[])
);

create policy "coaches edit their own coach profile"
on public.coach_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{coach}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{coach}'))::uuid[])
);
