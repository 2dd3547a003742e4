-- A reference from one tenant table to another carries academy_id on both sides.
with tenants as (
    select a.attrelid as relation, a.attnum as academy
    from pg_catalog.pg_attribute as a
    inner join pg_catalog.pg_class as c on c.oid = a.attrelid
    where a.attname = 'academy_id' and c.relkind in ('r', 'p')
        and c.relnamespace::regnamespace::text in ('public', 'private')
)
select k.conrelid::regclass || '.' || k.conname as offender
from pg_catalog.pg_constraint as k
inner join tenants as child on child.relation = k.conrelid
inner join tenants as parent on parent.relation = k.confrelid
where k.contype = 'f' and not exists (
    select from unnest(k.conkey, k.confkey) as pair (here, there)
    where pair.here = child.academy and pair.there = parent.academy
);
