-- Who sees formations. Actors: anyone, for what is published; whoever has access; staff, who edit.

create policy "anyone sees formations published or theirs, staff all"
on public.formations for select to anon, authenticated
using (
    (is_active and academy_id = any((select private.visible_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or id = any((select private.my_formations())::uuid[])
);

create policy "staff edit their formations"
on public.formations for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "modules are seen with their formation"
on public.modules for select to anon, authenticated
using (exists (select 1 from public.formations as f where f.id = modules.formation_id));

create policy "staff edit their modules"
on public.modules for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "cohorts are seen with their formation"
on public.cohorts for select to anon, authenticated
using (exists (select 1 from public.formations as f where f.id = cohorts.formation_id));

create policy "staff edit their cohorts"
on public.cohorts for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));
