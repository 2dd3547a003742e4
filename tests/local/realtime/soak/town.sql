-- What the churn listens to: a table of each one's own rows, and topics for whoever is signed in.

drop schema if exists soak cascade;
create schema soak;
grant usage on schema soak to authenticated;
create table soak.things (
    id bigint generated always as identity primary key,
    owner uuid not null,
    body text not null
);
alter table soak.things enable row level security;
grant select on soak.things to authenticated;
create policy "owners see their things" on soak.things for select to authenticated
using (owner = (select auth.uid()));
alter publication supabase_realtime add table soak.things;

drop policy if exists "the town listens" on realtime.messages;
drop policy if exists "the town talks" on realtime.messages;
create policy "the town listens" on realtime.messages for select to authenticated
using (realtime.topic() like 'town:%');
create policy "the town talks" on realtime.messages for insert to authenticated
with check (realtime.topic() like 'town:%');
