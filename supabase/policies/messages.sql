-- Who sees the outbox and the audit log. Nobody writes.

create policy "people see mails to them, staff see their academy's"
on public.email_messages for select to authenticated
using (
    (
        user_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "admins read their academy's audit log"
on public.audit_log for select to authenticated
using (academy_id = any((select private.my_admin_academies())::uuid[]));
