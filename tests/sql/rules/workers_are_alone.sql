-- Schema worker is for service_role alone, whoever is granted what elsewhere.
select p.oid::regprocedure || ' for ' || r.rolname as offender
from pg_catalog.pg_proc as p
cross join pg_catalog.pg_roles as r
where p.pronamespace = 'worker'::regnamespace
    and r.rolname in ('anon', 'authenticated', 'authenticator', 'supabase_auth_admin')
    and has_function_privilege(r.oid, p.oid, 'execute')
union all
select 'usage of worker for ' || r.rolname
from pg_catalog.pg_roles as r
where r.rolname in ('anon', 'authenticated', 'authenticator', 'supabase_auth_admin')
    and has_schema_privilege(r.oid, 'worker', 'usage')
union all
select p.oid::regprocedure || ' not for service_role'
from pg_catalog.pg_proc as p
where p.pronamespace = 'worker'::regnamespace
    and not has_function_privilege('service_role', p.oid, 'execute');
