-- Who sees and writes onboarding answers and bank details. Actors: the person; staff; for bank details,
-- admins alone.

create policy "people see their answers, staff see their academy's"
on public.member_onboarding for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "members write their own answers"
on public.member_onboarding for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "members edit their own answers"
on public.member_onboarding for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "people see their bank details, admins see their academy's"
on public.bank_details for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_admin_academies())::uuid[])
);

create policy "members write their own bank details"
on public.bank_details for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "members edit their own bank details"
on public.bank_details for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);
