-- A policy that is always true decides nothing (the official lint looks away for SELECT), and an
-- UPDATE is checked before and after.
select p.tablename || ': ' || p.policyname as offender
from pg_catalog.pg_policies as p
where p.schemaname in ('public', 'private', 'worker')
    and (
        btrim(coalesce(p.qual, '')) = 'true' or btrim(coalesce(p.with_check, '')) = 'true'
        or (p.cmd in ('UPDATE', 'ALL') and (p.qual is null or p.with_check is null))
    );
