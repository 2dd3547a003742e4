-- A definer function's comment says why it is one. Triggers on our own tables included.
select p.oid::regprocedure::text as offender
from pg_catalog.pg_proc as p
inner join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname = 'private' and p.prosecdef
    and coalesce(obj_description(p.oid, 'pg_proc'), '') !~* 'definer';
