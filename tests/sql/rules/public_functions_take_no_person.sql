-- The actor is the token's, never a parameter. Not so: the person to whom staff do something,
-- each named here.
select p.oid::regprocedure || ' ' || p.proargnames[i] as offender
from pg_catalog.pg_proc as p
cross join lateral generate_subscripts(p.proargnames, 1) as i
where p.pronamespace = 'public'::regnamespace
    and coalesce(p.proargmodes[i], 'i') in ('i', 'b', 'v')
    and p.proargnames[i]
    ~ '(^|_)(user|person|member|student|learner|buyer|owner|actor|profile)(_id)?$'
    and not (p.proargnames[i] = 'member_id' and p.proname in (
        'grant_role', 'revoke_role', 'remove_member', 'suspend_member', 'reinstate_member',
        'verify_garage', 'verify_coach', 'set_birth_date'
    ))
    and not (p.proargnames[i] = 'student_id' and p.proname in (
        'set_guardianship', 'end_guardianship'
    ));
