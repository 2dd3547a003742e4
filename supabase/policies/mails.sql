-- Who sees what became of a mail. The tables of suppressions are private: staff ask functions.

create policy "people see the history of mails to them, staff their academy's"
on public.email_events for select to authenticated
using (
    (
        user_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);
