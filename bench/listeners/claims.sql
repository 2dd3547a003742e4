-- What the bench `claims` inserts into: rows that each of a hundred people may read.

drop schema if exists bench_claims cascade;
create schema bench_claims;
grant usage on schema bench_claims to authenticated;

create table bench_claims.readers (person uuid primary key);
insert into bench_claims.readers
select ('00000000-0000-4000-8000-' || lpad(number::text, 12, '0'))::uuid
from generate_series(0, 99) as number;
grant select on bench_claims.readers to authenticated;

create table bench_claims.watched (
    at bigint primary key,
    topic integer not null,
    body text not null default repeat('x', 100)
);
alter table bench_claims.watched enable row level security;
grant select on bench_claims.watched to authenticated;
alter publication supabase_realtime add table bench_claims.watched;

-- A sequence keeps its count, whatever becomes of the transaction that asked.
create sequence bench_claims.checks;
create function bench_claims.counted()
returns boolean
language sql
volatile
security definer
set search_path = ''
as $$ select nextval('bench_claims.checks') > 0; $$;
grant execute on function bench_claims.counted to authenticated;

create policy "readers read" on bench_claims.watched for select to authenticated
using (exists (
    select from bench_claims.readers where readers.person = (select auth.uid())
));
create policy "checks are counted" on bench_claims.watched as restrictive for select to authenticated
using (bench_claims.counted());
