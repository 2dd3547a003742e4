-- The actor is the token's, never a parameter.
select p.oid::regprocedure || ' ' || p.proargnames[i] as offender
from pg_catalog.pg_proc as p
cross join lateral generate_subscripts(p.proargnames, 1) as i
where p.pronamespace = 'public'::regnamespace
    and coalesce(p.proargmodes[i], 'i') in ('i', 'b', 'v')
    and p.proargnames[i]
    ~ '(^|_)(user|person|member|student|learner|buyer|owner|actor|profile)(_id)?$';
