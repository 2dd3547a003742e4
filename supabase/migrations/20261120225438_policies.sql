-- Compiled from supabase/policies by `preau policies build`. Do not edit.

set local lock_timeout = '2s';

create policy "anyone sees open academies, members see their own"
on public.academies for select to anon, authenticated
using (id = any((select private.visible_academies())::uuid[]));

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

create policy "anyone sees published formations, staff see all of theirs"
on public.formations for select to anon, authenticated
using (
    (is_active and academy_id = any((select private.visible_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "modules are seen with their formation"
on public.modules for select to anon, authenticated
using (exists (select 1 from public.formations as f where f.id = modules.formation_id));

create policy "cohorts are seen with their formation"
on public.cohorts for select to anon, authenticated
using (exists (select 1 from public.formations as f where f.id = cohorts.formation_id));

create policy "anyone sees offers on sale, staff see all of theirs"
on public.offers for select to anon, authenticated
using (
    (
        private.offer_is_on_sale(offers)
        and academy_id = any((select private.visible_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "grants are seen with their offer"
on public.offer_grants for select to anon, authenticated
using (exists (select 1 from public.offers as o where o.id = offer_grants.offer_id));

create policy "people see mails to them, staff see their academy's"
on public.email_messages for select to authenticated
using (
    (
        user_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "admins read their academy's audit log"
on public.audit_log for select to authenticated
using (academy_id = any((select private.my_admin_academies())::uuid[]));

create policy "buyers and beneficiaries see orders, staff see all of theirs"
on public.orders for select to authenticated
using (
    (
        (select auth.uid()) in (buyer_id, beneficiary_id)
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "order lines are seen with their order"
on public.order_lines for select to authenticated
using (exists (select 1 from public.orders as o where o.id = order_lines.order_id));

create policy "payers are seen with their order"
on public.order_payers for select to authenticated
using (exists (select 1 from public.orders as o where o.id = order_payers.order_id));

create policy "payments are seen with their order"
on public.payments for select to authenticated
using (exists (select 1 from public.orders as o where o.id = payments.order_id));

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
