-- Schema auth before Auth's first start: who may do what there, and the four functions that
-- policies are written with, in hosted's definitions (supabase/auth). They read both settings:
-- PostgREST 12 sets only `request.jwt.claims`, the storage service sets `request.jwt.claim.*` too.

grant usage on schema auth to anon, authenticated, service_role, supabase_realtime_admin;
grant all on schema auth to supabase_auth_admin with grant option;
grant usage on schema auth to postgres with grant option;
grant all on schema auth to dashboard_user;

-- Auth creates its tables later, as supabase_auth_admin. `postgres` may then reference auth.users
-- and put triggers on it, as on hosted, without owning anything here.
alter default privileges for role supabase_auth_admin in schema auth
grant all on tables to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
grant all on sequences to postgres, dashboard_user;
alter default privileges for role supabase_auth_admin in schema auth
grant all on functions to postgres, dashboard_user;

create or replace function auth.uid()
returns uuid
language sql
stable
as $$
  select
  coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;
comment on function auth.uid() is
'The caller''s user id, from the verified token; null for anon and service_role.';

create or replace function auth.role()
returns text
language sql
stable
as $$
  select
  coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;
comment on function auth.role() is 'Deprecated upstream: name the role in the policy (`to …`).';

create or replace function auth.email()
returns text
language sql
stable
as $$
  select
  coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;
comment on function auth.email() is 'Deprecated upstream: use auth.jwt() ->> ''email''.';

create or replace function auth.jwt()
returns jsonb
language sql
stable
as $$
  select
    coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;
comment on function auth.jwt() is 'The claims of the caller''s verified token.';

alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.email() owner to supabase_auth_admin;
alter function auth.jwt() owner to supabase_auth_admin;
grant execute on function auth.uid(), auth.role(), auth.email(), auth.jwt()
to public, postgres, anon, authenticated, service_role, dashboard_user;
