-- Who sees money that goes back. Refunds: whoever sees the payment, that is buyer and beneficiary while
-- they are members, and staff. Disputes: staff. Nobody writes: refund_order and the workers do.

create policy "refunds are seen with their payment"
on public.refunds for select to authenticated
using (exists (select 1 from public.payments as p where p.id = refunds.payment_id));

create policy "staff see their academy's disputes"
on public.disputes for select to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]));
