-- The actor is the token's, never a parameter (SECURITY 15).
select p.oid::regprocedure || ' ' || a.name as offender
from pg_catalog.pg_proc as p
cross join lateral unnest(p.proargnames, coalesce(p.proargmodes, array_fill('i'::"char",
    array[cardinality(p.proargnames)]))) as a (name, mode)
where p.pronamespace = 'public'::regnamespace and a.mode in ('i', 'b', 'v')
    and a.name ~ '(^|_)(user|person|member|student|learner|buyer|owner|actor|profile)(_id)?$';
