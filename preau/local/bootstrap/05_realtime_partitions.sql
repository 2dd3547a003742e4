-- A partition of realtime.messages for each day, named as hosted names them. The Realtime server
-- calls both functions when it starts and now and then; hosted does the same from outside.

create or replace function extensions.add_realtime_partitions(today date)
returns setof text
language plpgsql
set search_path = ''
-- Whoever holds the default partition comes first: a later call does the same work.
set lock_timeout = '500ms'
as $$
declare
    day date;
    partition_name text;
begin
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('realtime.partitions'));
    foreach day in array array[today - 1, today, today + 1, today + 2, today + 3] loop
        partition_name := pg_catalog.to_char(day, '"messages_"YYYY_MM_DD');
        continue when pg_catalog.to_regclass('realtime.' || partition_name) is not null;
        -- Attaching fails while the default holds a row of that day. Such a day stays in the default
        -- whole: moving its rows would be inserting them, and each would be broadcast once more.
        lock table only realtime.messages_default in access exclusive mode;
        continue when exists (
            select from realtime.messages_default
            where inserted_at >= day and inserted_at < day + 1
        );
        execute format(
            'create table realtime.%I (like realtime.messages including defaults including constraints)',
            partition_name
        );
        execute format('alter table realtime.%I enable row level security', partition_name);
        execute format('alter table realtime.%I owner to supabase_realtime_admin', partition_name);
        -- `create table … partition of` would wait for everybody who has sent and not committed.
        execute format(
            'alter table realtime.messages attach partition realtime.%I for values from (%L) to (%L)',
            partition_name, day, day + 1
        );
        return next partition_name;
    end loop;
end
$$;
comment on function extensions.add_realtime_partitions(date) is
'Makes the missing partitions of realtime.messages, yesterday to three days ahead; returns their names.';

create or replace function extensions.drop_realtime_partitions(today date)
returns setof text
language plpgsql
set search_path = ''
set lock_timeout = '500ms'
as $$
declare
    partition_name text;
begin
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('realtime.partitions'));
    for partition_name in
        select partitions.relname
        from pg_catalog.pg_inherits
        inner join pg_catalog.pg_class as partitions on partitions.oid = pg_inherits.inhrelid
        where pg_inherits.inhparent = 'realtime.messages'::regclass
            and partitions.relname ~ '^messages_\d{4}_\d\d_\d\d$'
            and partitions.relname < pg_catalog.to_char(today - 3, '"messages_"YYYY_MM_DD')
        order by partitions.relname
    loop
        execute format('drop table realtime.%I', partition_name);
        return next partition_name;
    end loop;
    delete from realtime.messages_default where inserted_at < today - 3;
end
$$;
comment on function extensions.drop_realtime_partitions(date) is
'Drops the messages of whole days that ended 72 hours ago, as hosted does; returns the partitions'' names.';

revoke execute on function extensions.add_realtime_partitions(date) from public;
revoke execute on function extensions.drop_realtime_partitions(date) from public;

select extensions.add_realtime_partitions((now() at time zone 'utc')::date);
