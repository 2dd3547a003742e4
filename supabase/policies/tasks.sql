-- Who sees automated tasks. Actors: staff of the academy, who make and cancel them by function. Nobody writes.

create policy "staff see their academy's automated tasks"
on public.automated_tasks for select to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]));
