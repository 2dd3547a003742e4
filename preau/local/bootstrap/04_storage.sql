-- Schema storage before Storage's first start. Hosted grants the API's roles everything on
-- Storage's tables and lets row level security decide; so here.

grant usage on schema storage to anon, authenticated, service_role;
grant usage on schema storage to postgres with grant option;
grant all on schema storage to supabase_storage_admin with grant option;
grant all on schema storage to dashboard_user;

alter default privileges for role supabase_storage_admin in schema storage
grant all on tables to anon, authenticated, service_role, dashboard_user;
alter default privileges for role supabase_storage_admin in schema storage
grant all on tables to postgres with grant option;
alter default privileges for role supabase_storage_admin in schema storage
grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_storage_admin in schema storage
grant all on functions to postgres, anon, authenticated, service_role;

-- Hosted's supautils lets `postgres` write policies on tables it does not own. Without that module
-- only the owner's heirs may, so `postgres` inherits from the owner; 07_limits.sql takes back what
-- that gives beyond policies.
grant supabase_storage_admin to postgres with inherit true, set false;
