-- No overloads: PostgREST picks by argument names, and so should a reader. A computed
-- field may be overloaded, since its one argument is the row it belongs to.
select n.nspname || '.' || p.proname as offender
from pg_catalog.pg_proc as p
inner join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'worker')
    and not (
        n.nspname = 'public' and p.pronargs = 1
        and exists (
            select from pg_catalog.pg_type as t
            where t.oid = p.proargtypes[0] and t.typrelid <> 0
        )
    )
group by 1
having count(*) > 1;
