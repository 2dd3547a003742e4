-- Who sees invoices and their PDF. Actors: whoever pays (the buyer, unless somebody else is named),
-- while a member, since an invoice has its payer's address; staff of the academy. Nobody writes: the database issues, a worker with the secret key stores the PDF.

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
