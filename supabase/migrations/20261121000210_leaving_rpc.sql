-- Leaving, removal and suspension, as the API offers them.

create function public.remove_member(academy_id uuid, member_id uuid)
returns public.members
language sql
set search_path = ''
as $$
    select * from private.remove_member(remove_member.academy_id, remove_member.member_id);
$$;
comment on function public.remove_member is
'Ends a membership and its roles. Admins only, and never the last one. An open academy lets them '
'join again as a student; suspend_member keeps them out.';

create function public.suspend_member(academy_id uuid, member_id uuid)
returns public.members
language sql
set search_path = ''
as $$
    select * from private.suspend_member(suspend_member.academy_id, suspend_member.member_id);
$$;
comment on function public.suspend_member is
'Takes a member''s access until reinstate_member. Admins only, and never the last one.';

create function public.reinstate_member(academy_id uuid, member_id uuid)
returns public.members
language sql
set search_path = ''
as $$
    select * from private.reinstate_member(
        reinstate_member.academy_id, reinstate_member.member_id
    );
$$;
comment on function public.reinstate_member is 'Ends a suspension. Admins only.';

create function public.leave_academy(academy_id uuid)
returns public.members
language sql
set search_path = ''
as $$ select * from private.leave_academy(leave_academy.academy_id); $$;
comment on function public.leave_academy is
'Ends the caller''s own membership. Enrolments are kept for when they come back; orders not yet paid '
'are cancelled. The last admin cannot leave.';

grant execute on function
private.remove_member, private.suspend_member, private.reinstate_member,
private.leave_academy, public.remove_member, public.suspend_member, public.reinstate_member,
public.leave_academy
to authenticated;
