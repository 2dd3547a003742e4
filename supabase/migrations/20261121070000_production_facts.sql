-- What `preau doctor --production` asks the database, so that it needs no more than a worker has:
-- the project's URL and a secret key.

create function private.migration_versions()
returns text []
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    versions text [];
begin
    -- Who applies migrations makes this table, before or after this function.
    if to_regclass('supabase_migrations.schema_migrations') is null then
        return '{}';
    end if;
    execute 'select array_agg(version order by version) from supabase_migrations.schema_migrations'
    into versions;
    return coalesce(versions, '{}');
end;
$$;
comment on function private.migration_versions is
'What the Supabase CLI has applied. Definer: that schema is its own.';

create function private.clock_facts()
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(jsonb_agg(jsonb_build_object(
        'job', j.jobname, 'schedule', j.schedule, 'active', j.active,
        'status', last.status, 'message', last.return_message,
        'success_seconds', extract(epoch from now() - success.start_time)
    ) order by j.jobname), '[]')
    from cron.job as j
    -- By the only key there is, backwards: on hosted nothing clears this log.
    left join lateral (
        select d.status, left(d.return_message, 200) as return_message
        from cron.job_run_details as d
        where d.jobid = j.jobid and d.status in ('succeeded', 'failed') order by d.runid desc limit 1
    ) as last on true
    left join lateral (
        select d.start_time from cron.job_run_details as d
        where d.jobid = j.jobid and d.status = 'succeeded' order by d.runid desc limit 1
    ) as success on true;
$$;
comment on function private.clock_facts is
'Each job of pg_cron, how its last run ended and how long ago one succeeded. Definer: cron''s log '
'is shown to the owner of the jobs alone.';

create function private.production_facts()
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
        )
    );
$$;
comment on function private.production_facts is
'What a check of a deployment compares with what it should be; no secret and no person is in it. '
'Definer: it reads catalogues and tables that service_role does not.';

create function worker.production_facts()
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.production_facts(); $$;
comment on function worker.production_facts is 'For `preau doctor --production`.';

revoke execute on function private.migration_versions, private.clock_facts from public;
grant execute on function private.production_facts, worker.production_facts to service_role;
