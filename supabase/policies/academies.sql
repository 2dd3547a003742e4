-- Who sees an academy, and who edits it. Column grants say what.

create policy "anyone sees open academies, members see their own"
on public.academies for select to anon, authenticated
using (id = any((select private.visible_academies())::uuid[]));

create policy "admins edit their academy"
on public.academies for update to authenticated
using (id = any((select private.my_admin_academies())::uuid[]))
with check (id = any((select private.my_admin_academies())::uuid[]));
