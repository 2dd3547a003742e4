-- A table of public carries academy_id, not null. Not so: the tenants themselves, and what belongs to
-- a person whatever the academy.
select c.oid::regclass::text as offender
from pg_catalog.pg_class as c
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
    and c.relname not in ('academies', 'profiles', 'profile_details')
    and not exists (
        select from pg_catalog.pg_attribute as a
        where a.attrelid = c.oid and a.attname = 'academy_id' and a.attnotnull
    );
