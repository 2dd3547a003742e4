-- A view asks with the reader's rights; nothing that cannot has a place in the API.
select c.oid::regclass::text as offender
from pg_catalog.pg_class as c
where c.relnamespace::regnamespace::text in ('public', 'worker')
    and (
        c.relkind in ('m', 'f')
        or (c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions), false))
    );
