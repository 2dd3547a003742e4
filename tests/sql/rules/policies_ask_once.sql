-- What does not depend on the row is asked once for a query: auth.uid() and the like, and our
-- my_…() and visible_…() helpers, stand inside a sub-select or are its set.
select p.tablename || ': ' || p.policyname as offender
from pg_catalog.pg_policies as p
cross join lateral (
    select coalesce(p.qual, '') || ' ' || coalesce(p.with_check, '') as body
) as b
cross join lateral (values
    ('auth\.(uid|jwt|role|email)\(\)'),
    ('private\.(my|visible)_\w+\('),
    ('current_setting\(')
) as bare (call)
where p.schemaname in ('public', 'private', 'worker')
    and regexp_count(b.body, bare.call)
    > regexp_count(b.body, '(\( SELECT |\sFROM )' || bare.call)
group by 1;
