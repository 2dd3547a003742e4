-- The tables that Realtime listens to, and that a binding names; `*` names all.
select
    tables.schemaname::text as schema,
    tables.tablename::text as name,
    format('%%I.%%I', tables.schemaname, tables.tablename)::regclass::oid::bigint as relation
from pg_catalog.pg_publication_tables as tables
where tables.pubname = 'supabase_realtime'
and %(schema)s::text in ('*', tables.schemaname::text)
and %(table)s::text in ('*', tables.tablename::text)
