-- What the bench `live` inserts into: a table for each way of telling listeners, the same columns.

drop schema if exists bench_live cascade;
create schema bench_live;
grant usage on schema bench_live to authenticated;

create table bench_live.told (
    at bigint primary key,
    topic integer not null,
    owner uuid not null default '00000000-0000-4000-8000-00000000000b',
    body text not null default repeat('x', 100)
);
create table bench_live.published (like bench_live.told including all);
create table bench_live.notified (like bench_live.told including all);

create function bench_live.tell()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    perform realtime.broadcast_changes(
        'bench:' || new.topic, tg_op, tg_op, tg_table_name, tg_table_schema, new, old
    );
    return null;
end;
$$;
create trigger told after insert on bench_live.told
for each row execute function bench_live.tell();

create function bench_live.notify()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    perform pg_notify('bench_live', new.topic || ' ' || jsonb_build_object('record', new));
    return null;
end;
$$;
create trigger notified after insert on bench_live.notified
for each row execute function bench_live.notify();

alter table bench_live.published enable row level security;
grant select on bench_live.published to authenticated;
create policy "owners read their rows" on bench_live.published for select to authenticated
using (owner = (select auth.uid()));
alter publication supabase_realtime add table bench_live.published;

drop policy if exists "the bench listens" on realtime.messages;
create policy "the bench listens" on realtime.messages for select to authenticated
using (realtime.topic() like 'bench:%');
