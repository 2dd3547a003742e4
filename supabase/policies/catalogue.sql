-- Who sees the catalogue. Actors: anyone, for what is published; staff, for their drafts too.

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
