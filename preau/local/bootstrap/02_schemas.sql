-- The database, its schemas and the extensions a hosted project is born with.
-- Owners are hosted's: the CLI's `db reset` spares a schema because `supabase_admin` owns it.

do $$
begin
    execute format('alter database %I owner to postgres', current_database());
    execute format('grant all on database %I to postgres, dashboard_user', current_database());
    execute format(
        'grant create on database %I to supabase_auth_admin, supabase_storage_admin,'
        ' supabase_realtime_admin', current_database()
    );
end
$$;

create schema if not exists auth authorization supabase_admin;
create schema if not exists storage authorization supabase_admin;
create schema if not exists realtime authorization supabase_admin;
create schema if not exists extensions authorization postgres;

create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;

-- public: everyone may look at what a migration granted, and nothing is granted by itself.
-- Hosted projects give no automatic table, sequence or function grants since 2026; older ones did,
-- hence the explicit revokes. EXECUTE on a new function stays PUBLIC's, as Postgres and hosted have it.
grant usage on schema public to postgres, anon, authenticated, service_role;
revoke create on schema public from public;
alter default privileges for role postgres in schema public
revoke all on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
revoke all on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
revoke all on functions from anon, authenticated, service_role;

grant usage on schema extensions to postgres, anon, authenticated, service_role;
grant all on schema extensions to dashboard_user;
grant usage on schema extensions to supabase_auth_admin, supabase_storage_admin,
supabase_realtime_admin;
