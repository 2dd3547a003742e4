-- Two things hosted does with event triggers, which migrations may not create there.

-- 1. PostgREST reads the schema again after every change to it (supabase/postgres does the same).
create or replace function extensions.pgrst_ddl_watch()
returns event_trigger
language plpgsql
as $$
declare
    command record;
begin
    for command in select * from pg_event_trigger_ddl_commands() loop
        if command.object_type in (
            'schema', 'table', 'foreign table', 'table column', 'view', 'materialized view',
            'function', 'procedure', 'trigger', 'type', 'domain', 'rule', 'extension'
        ) and command.schema_name is distinct from 'pg_temp' then
            notify pgrst, 'reload schema';
            return;
        end if;
    end loop;
end
$$;
comment on function extensions.pgrst_ddl_watch() is 'Tells PostgREST that the schema changed.';

create or replace function extensions.pgrst_drop_watch()
returns event_trigger
language plpgsql
as $$
declare
    dropped record;
begin
    for dropped in select * from pg_event_trigger_dropped_objects() loop
        if not dropped.is_temporary and dropped.object_type in (
            'schema', 'table', 'foreign table', 'table column', 'view', 'materialized view',
            'function', 'procedure', 'trigger', 'type', 'domain', 'rule', 'extension'
        ) then
            notify pgrst, 'reload schema';
            return;
        end if;
    end loop;
end
$$;
comment on function extensions.pgrst_drop_watch() is 'Tells PostgREST that something was dropped.';

-- 2. `postgres` inherits from the owners of storage's and realtime's tables (04, 05) only to write
-- policies on them. Everything else an owner may do, hosted refuses, and so does this.
create or replace function extensions.refuse_owner_ddl()
returns event_trigger
language plpgsql
as $$
declare
    object record;
begin
    if current_user <> 'postgres' then
        return;
    end if;
    if tg_event = 'sql_drop' then
        for object in select * from pg_event_trigger_dropped_objects() loop
            if object.original and object.schema_name in ('storage', 'realtime')
                and object.object_type not in ('policy', 'trigger') then
                raise exception 'must be owner of %', object.object_identity
                using errcode = '42501',
                hint = 'Supabase owns this schema; hosted refuses this too. Only policies and triggers are yours.';
            end if;
        end loop;
        return;
    end if;
    for object in select * from pg_event_trigger_ddl_commands() loop
        if object.schema_name in ('storage', 'realtime') and object.command_tag not in (
            'CREATE POLICY', 'ALTER POLICY', 'CREATE TRIGGER', 'COMMENT', 'GRANT', 'REVOKE'
        ) then
            raise exception 'must be owner of %', object.object_identity
            using errcode = '42501',
            hint = 'Supabase owns this schema; hosted refuses this too. Only policies and triggers are yours.';
        end if;
    end loop;
end
$$;
comment on function extensions.refuse_owner_ddl() is
'Keeps the migration role from altering Supabase''s own tables, which hosted refuses.';

do $$
begin
    if not exists (select from pg_catalog.pg_event_trigger where evtname = 'pgrst_ddl_watch') then
        create event trigger pgrst_ddl_watch on ddl_command_end
        execute function extensions.pgrst_ddl_watch();
    end if;
    if not exists (select from pg_catalog.pg_event_trigger where evtname = 'pgrst_drop_watch') then
        create event trigger pgrst_drop_watch on sql_drop
        execute function extensions.pgrst_drop_watch();
    end if;
    if not exists (select from pg_catalog.pg_event_trigger where evtname = 'refuse_owner_ddl') then
        create event trigger refuse_owner_ddl on ddl_command_end
        execute function extensions.refuse_owner_ddl();
    end if;
    if not exists (select from pg_catalog.pg_event_trigger where evtname = 'refuse_owner_drop') then
        create event trigger refuse_owner_drop on sql_drop
        execute function extensions.refuse_owner_ddl();
    end if;
end
$$;
