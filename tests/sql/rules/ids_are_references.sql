-- A uuid column named …_id of a tenant table is part of a foreign key. Not so: what points to one of
-- several tables, named here with its reason.
select c.oid::regclass || '.' || a.attname as offender
from pg_catalog.pg_attribute as a
inner join pg_catalog.pg_class as c on c.oid = a.attrelid
where c.relkind in ('r', 'p')
    and c.relnamespace::regnamespace::text in ('public', 'private')
    and a.atttypid = 'uuid'::regtype and a.attname ~ '_id$' and not a.attisdropped
    and not exists (
        select from pg_catalog.pg_constraint as k
        where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any(k.conkey)
    )
    and (c.relname, a.attname) not in (
        ('audit_log', 'subject_id'), -- the row the entry is about, of any table
        ('automated_tasks', 'target_id'), -- its generated member_id and enrollment_id are references
        ('entitlements', 'source_id') -- an order line, an enrolment, a decision of staff
    );
