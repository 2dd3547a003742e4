-- Who sees an academy. Nobody writes one from a client.

create policy "anyone sees open academies, members see their own"
on public.academies for select to anon, authenticated
using (id = any((select private.visible_academies())::uuid[]));
