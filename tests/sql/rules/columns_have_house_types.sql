-- Times know their zone, amounts are whole minor units, identifiers are never random integers.
select c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) as offender
from pg_catalog.pg_attribute as a
inner join pg_catalog.pg_class as c on c.oid = a.attrelid
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'private')
    and a.attnum > 0 and not a.attisdropped
    and (
        a.atttypid in ('timestamp'::regtype, 'money'::regtype, 'varchar'::regtype, 'json'::regtype)
        or (a.attname ~ '(^|_)amount$' and a.atttypid <> 'bigint'::regtype)
        or (a.attname ~ '_(at|until|from)$' and a.atttypid <> 'timestamptz'::regtype)
        or (a.attname ~ '_on$' and a.atttypid <> 'date'::regtype)
    );
