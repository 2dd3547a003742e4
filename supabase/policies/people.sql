-- Who sees and edits people. Actors: the person; staff (assistant, admin) of an academy they share.

create policy "people see their memberships, staff see their academy's"
on public.members for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "people see their roles, staff see their academy's"
on public.member_roles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "people see themselves, staff see their members"
on public.profiles for select to authenticated
using (
    id = (select auth.uid())
    or exists (
        select 1 from public.members as m
        where m.user_id = profiles.id
            and m.academy_id = any((select private.my_staff_academies())::uuid[])
    )
);

create policy "people edit their own profile"
on public.profiles for update to authenticated
using (id = (select auth.uid())) with check (id = (select auth.uid()));

create policy "people see only their own details"
on public.profile_details for select to authenticated
using (user_id = (select auth.uid()));

create policy "people edit only their own details"
on public.profile_details for update to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy "people see their consents, staff see their academy's"
on public.consent_tracking for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);
