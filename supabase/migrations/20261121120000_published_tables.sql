-- What Realtime tells clients of row changes is looked at in production as well.

create function private.published_tables()
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(jsonb_agg(t.schemaname || '.' || t.tablename order by t.schemaname, t.tablename), '[]')
    from pg_catalog.pg_publication_tables as t
    where t.pubname = 'supabase_realtime';
$$;
comment on function private.published_tables is
'The tables whose changes clients may subscribe to. A migration adds one, a list must know it.';
revoke execute on function private.published_tables from public;

create or replace function private.production_facts()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'postgres', current_setting('server_version_num')::integer,
        'time_zone', current_setting('TimeZone'),
        'migrations', private.migration_versions(),
        'clock', private.clock_facts(),
        'accounts', (
            select coalesce(jsonb_agg(private.account_facts(p.id) order by p.slug), '[]')
            from private.provider_accounts as p
        ),
        'academies', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'slug', a.slug, 'site_url', a.site_url, 'return_hosts', a.allowed_return_hosts,
                'staff_needs_aal2', a.settings @> '{"staff_needs_aal2": true}'
            ) order by a.slug), '[]')
            from public.academies as a
        ),
        'without_rls', (
            select coalesce(jsonb_agg(c.oid::regclass::text order by c.oid), '[]')
            from pg_catalog.pg_class as c
            where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
                and c.relkind in ('r', 'p') and not c.relrowsecurity
        ),
        'published', private.published_tables()
    );
$$;
