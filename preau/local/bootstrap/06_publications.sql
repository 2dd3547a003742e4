-- What Realtime listens to. `supabase_realtime` starts empty and belongs to the migration role, so
-- `alter publication supabase_realtime add table …` works in a migration.

do $$
begin
    if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
        create publication supabase_realtime;
        alter publication supabase_realtime owner to postgres;
    end if;
    if not exists (
        select from pg_catalog.pg_publication
        where pubname = 'supabase_realtime_messages_publication'
    ) then
        create publication supabase_realtime_messages_publication
        for table realtime.messages with (publish = 'insert');
    end if;
end
$$;

-- A broadcast is a row of realtime.messages, whichever day's partition holds it.
alter publication supabase_realtime_messages_publication set (publish_via_partition_root = true);
