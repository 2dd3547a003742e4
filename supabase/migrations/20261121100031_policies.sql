-- Compiled from supabase/policies by `preau policies build`. Do not edit.

set local lock_timeout = '2s';

create policy "payers see invoices, staff their academy's"
on public.invoices for select to authenticated
using (
    (
        (select auth.uid()) = coalesce(payer_id, buyer_id)
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "the PDF is read by those who see the invoice"
on storage.objects for select to authenticated
using (
    bucket_id = 'invoices'
    and exists (select 1 from public.invoices as i where i.object_name = objects.name)
);

create policy "people see the history of mails to them, staff their academy's"
on public.email_events for select to authenticated
using (
    (
        user_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "refunds are seen with their payment"
on public.refunds for select to authenticated
using (exists (select 1 from public.payments as p where p.id = refunds.payment_id));

create policy "staff see their academy's disputes"
on public.disputes for select to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "staff see their academy's automated tasks"
on public.automated_tasks for select to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]));
