-- The roles a hosted Supabase project has, with hosted's attributes.
-- Run by the bootstrap superuser (`supabase_admin`) before Auth's first start; safe to run again.
-- The passwords are those of `supabase start`: known to everyone, good for loopback only.

do $$
declare
    role_name text;
begin
    foreach role_name in array array[
        'anon', 'authenticated', 'service_role', 'authenticator', 'postgres', 'dashboard_user',
        'pgbouncer', 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin',
        'supabase_replication_admin', 'supabase_read_only_user'
    ] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            execute format('create role %I', role_name);
        end if;
    end loop;
end
$$;

-- The API's roles: nobody logs in as one, a request becomes one. Their time limits are hosted's;
-- service_role has none of its own and lives under the authenticator's 8 s, as on hosted.
alter role anon nologin inherit;
alter role anon set statement_timeout = '3s';
alter role authenticated nologin inherit;
alter role authenticated set statement_timeout = '8s';
alter role service_role nologin inherit bypassrls;

-- PostgREST's login: can nothing itself, can become each of the three.
alter role authenticator login noinherit password 'postgres';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
grant anon, authenticated, service_role to authenticator;

-- The migration role. Not a superuser: what hosted refuses must be refused here.
alter role postgres
login nosuperuser createrole createdb replication bypassrls password 'postgres';
alter role postgres set search_path = "$user", public, extensions;
grant anon, authenticated, service_role to postgres with admin option;
grant authenticator to postgres with admin option;
-- Hosted lets a migration name PostgREST's pre-request function on the login role.
grant set on parameter "pgrst.db_pre_request" to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription, pg_checkpoint
to postgres;

-- The services' own roles: each owns its schema's tables and sees nothing of the academies'.
alter role supabase_auth_admin login noinherit password 'postgres';
alter role supabase_auth_admin set search_path = auth;
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin login noinherit password 'postgres';
alter role supabase_storage_admin set search_path = storage;
grant anon, authenticated, service_role to supabase_storage_admin;
-- The Realtime server logs in as the superuser; this role only owns, on hosted too.
alter role supabase_realtime_admin nologin noinherit noreplication password null;
alter role supabase_realtime_admin reset all;
grant anon, authenticated, service_role to supabase_realtime_admin;

alter role supabase_replication_admin login replication password 'postgres';
alter role supabase_read_only_user login bypassrls password 'postgres';
grant pg_read_all_data to supabase_read_only_user;
alter role pgbouncer login password 'postgres';
alter role dashboard_user createdb createrole replication nologin;

alter role supabase_admin set search_path = "$user", public, auth, extensions;
