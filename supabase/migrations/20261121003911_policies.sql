-- Compiled from supabase/policies by `preau policies build`. Do not edit.

set local lock_timeout = '2s';

create policy "people see their consents, staff see their academy's"
on public.consent_tracking for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);
