-- Compiled from supabase/policies by `preau policies build`. Do not edit.

set local lock_timeout = '2s';

create policy "clients have no part in what workers are told"
on realtime.messages as restrictive for all to anon, authenticated
using (topic not like 'jobs:%')
with check (topic not like 'jobs:%');
