-- Who sees and edits a person's face and details. Actors: the person; whoever sees a membership.

create policy "profiles are seen with a membership, and one's own always"
on public.profiles for select to authenticated
using (
    id = (select auth.uid())
    or exists (select 1 from public.members as m where m.user_id = profiles.id)
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

create policy "member profiles are seen with the membership"
on public.member_profiles for select to authenticated
using (
    exists (
        select 1 from public.members as m
        where m.academy_id = member_profiles.academy_id and m.user_id = member_profiles.user_id
    )
);

create policy "members write their own member profile"
on public.member_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "members edit their own member profile"
on public.member_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);
