-- Row level security is on for every table, partitioned parents and queues included.
select c.oid::regclass::text as offender
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
    and not c.relrowsecurity
    and (
        n.nspname in ('public', 'private', 'worker')
        or (n.nspname = 'pgmq' and c.relname ~ '^[qa]_')
    );
