-- Who sees purchases. Actors: buyer and beneficiary while they are members; staff of the academy.
-- Nobody writes: create_order and the payments worker do.

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
