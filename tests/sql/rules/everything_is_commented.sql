-- Every schema, table, view, function, type and partial index of ours says why it exists.
select n.nspname as offender
from pg_catalog.pg_namespace as n
where n.nspname in ('private', 'worker') and obj_description(n.oid, 'pg_namespace') is null
union all
select c.oid::regclass::text
from pg_catalog.pg_class as c
where c.relnamespace::regnamespace::text in ('public', 'private', 'worker')
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and obj_description(c.oid, 'pg_class') is null
union all
select p.oid::regprocedure::text
from pg_catalog.pg_proc as p
where p.pronamespace::regnamespace::text in ('public', 'private', 'worker')
    and obj_description(p.oid, 'pg_proc') is null
union all
select t.oid::regtype::text
from pg_catalog.pg_type as t
where t.typnamespace::regnamespace::text in ('public', 'private', 'worker')
    and t.typtype in ('e', 'd')
    and obj_description(t.oid, 'pg_type') is null
union all
select i.indexrelid::regclass::text
from pg_catalog.pg_index as i
inner join pg_catalog.pg_class as c on c.oid = i.indexrelid
where c.relnamespace::regnamespace::text in ('public', 'private')
    and i.indpred is not null
    and obj_description(c.oid, 'pg_class') is null;
