-- Who sees prices. Actors: anyone, for what is on sale; staff; admins edit the words, nobody the price.

create policy "anyone sees offers on sale, staff see all of theirs"
on public.offers for select to anon, authenticated
using (
    (
        private.offer_is_on_sale(offers)
        and academy_id = any((select private.visible_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "admins edit their offers"
on public.offers for update to authenticated
using (academy_id = any((select private.my_admin_academies())::uuid[]))
with check (academy_id = any((select private.my_admin_academies())::uuid[]));

create policy "grants are seen with their offer"
on public.offer_grants for select to anon, authenticated
using (exists (select 1 from public.offers as o where o.id = offer_grants.offer_id));
