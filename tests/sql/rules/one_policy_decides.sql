-- At most one permissive policy for a table, verb and role: actors are joined by OR inside it.
select p.tablename || ' ' || v.verb || ' ' || r.role as offender
from pg_catalog.pg_policies as p
cross join lateral unnest(p.roles) as r (role)
cross join lateral unnest(
    case p.cmd when 'ALL' then array['SELECT', 'INSERT', 'UPDATE', 'DELETE'] else array[p.cmd] end
) as v (verb)
where p.schemaname in ('public', 'private', 'worker') and p.permissive = 'PERMISSIVE'
group by p.tablename, v.verb, r.role
having count(*) > 1;
