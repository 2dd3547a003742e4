-- Every foreign key leads an index that is not partial, or deletes and joins scan the table.
select k.conrelid::regclass || '.' || k.conname as offender
from pg_catalog.pg_constraint as k
where k.contype = 'f'
    and k.connamespace::regnamespace::text in ('public', 'private')
    and not exists (
        select from pg_catalog.pg_index as i
        where i.indrelid = k.conrelid and i.indpred is null
            and (i.indkey::smallint [])[0:cardinality(k.conkey) - 1] operator(pg_catalog.=) k.conkey
    );
