-- Who hears and sends on private Realtime channels. Nobody yet: nothing here grants anything, so
-- every private channel is refused to clients. Workers join as service_role, which policies pass by.

-- Restrictive, so that no policy to come can open the workers' topics by being too general.
create policy "clients have no part in what workers are told"
on realtime.messages as restrictive for all to anon, authenticated
using (topic not like 'jobs:%')
with check (topic not like 'jobs:%');
