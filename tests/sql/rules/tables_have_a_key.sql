-- Every table has a primary key.
select c.oid::regclass::text as offender
from pg_catalog.pg_class as c
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'private')
    and not exists (
        select from pg_catalog.pg_constraint as k where k.conrelid = c.oid and k.contype = 'p'
    );
