-- A table with updated_at has the trigger that keeps it true.
select c.oid::regclass::text as offender
from pg_catalog.pg_class as c
inner join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = 'updated_at'
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'private')
    and not exists (
        select from pg_catalog.pg_trigger as t
        where t.tgrelid = c.oid and t.tgenabled <> 'D'
            and t.tgfoid = 'private.touch_updated_at()'::regprocedure
    );
