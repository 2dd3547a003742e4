-- A policy is for a named API role, never for PUBLIC.
select p.tablename || ': ' || p.policyname as offender
from pg_catalog.pg_policies as p
where p.schemaname in ('public', 'private', 'worker', 'pgmq')
    and not p.roles <@ array['anon', 'authenticated']::name [];
