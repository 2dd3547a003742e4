-- Every function names what it uses: an empty search_path leaves nothing to be slipped underneath.
select p.oid::regprocedure::text as offender
from pg_catalog.pg_proc as p
inner join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'worker')
    and not coalesce('search_path=""' = any(p.proconfig), false);
