-- No API role reaches pgmq, not even service_role: workers go through schema worker.
select r.rolname || ' uses pgmq' as offender
from pg_catalog.pg_roles as r
where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
    and has_schema_privilege(r.oid, 'pgmq', 'usage')
union all
select r.rolname || ' ' || c.oid::regclass
from pg_catalog.pg_roles as r
cross join pg_catalog.pg_class as c
where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
    and c.relnamespace = 'pgmq'::regnamespace and c.relkind in ('r', 'p')
    and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete');
