-- Who but the owner may do what: one row for a privilege, with the column where it is one's.
with ours as (
    select n.oid, n.nspname, n.nspacl, n.nspowner
    from pg_catalog.pg_namespace as n
    where n.nspname in ('public', 'private', 'worker')
),

granted as (
    select 'schemas' as kind, ours.nspname::text as object, a.grantee, a.privilege_type, a.is_grantable, null as col
    from ours
    cross join aclexplode(coalesce(ours.nspacl, acldefault('n', ours.nspowner))) as a
    where a.grantee <> ours.nspowner and ours.nspname <> 'public' -- Supabase's own
    union all
    select 'tables', c.oid::regclass::text, a.grantee, a.privilege_type, a.is_grantable, null
    from ours
    inner join pg_catalog.pg_class as c on c.relnamespace = ours.oid
    cross join aclexplode(c.relacl) as a
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and a.grantee <> c.relowner
    union all
    select 'tables', c.oid::regclass::text, a.grantee, a.privilege_type, a.is_grantable, t.attname
    from ours
    inner join pg_catalog.pg_class as c on c.relnamespace = ours.oid
    inner join pg_catalog.pg_attribute as t on t.attrelid = c.oid
    cross join aclexplode(t.attacl) as a
    where a.grantee <> c.relowner
    union all
    select 'functions', n.nspname || '.' || p.proname, a.grantee, a.privilege_type, a.is_grantable, null
    from ours as n
    inner join pg_catalog.pg_proc as p on p.pronamespace = n.oid
    cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
    where a.grantee <> p.proowner
)

select
    kind, object, col as column,
    lower(privilege_type) || case when is_grantable then ' (and grant)' else '' end as privilege,
    case grantee when 0 then 'PUBLIC' else pg_get_userbyid(grantee) end as role
from granted
order by kind, object, role, privilege, col;
