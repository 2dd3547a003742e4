-- A column of a tenant table that names a person refers to members with its academy, so that nobody
-- of another academy can be named; profiles and auth.users are only ever referred to besides.
select k.conrelid::regclass || '.' || k.conname as offender
from pg_catalog.pg_constraint as k
inner join pg_catalog.pg_attribute as academy
    on academy.attrelid = k.conrelid and academy.attname = 'academy_id'
where k.contype = 'f'
    and k.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass)
    and k.conrelid <> 'public.members'::regclass
    and not exists (
        select from pg_catalog.pg_constraint as m
        where m.conrelid = k.conrelid and m.contype = 'f'
            and m.confrelid = 'public.members'::regclass
            and m.conkey @> k.conkey
    );
