-- Coming in, as the API offers it.

create function public.join_academy(slug text, consents jsonb default '[]')
returns public.members
language sql
set search_path = ''
as $$ select * from private.join_academy(join_academy.slug, join_academy.consents); $$;
comment on function public.join_academy is
'Joins an academy that is open to sign-up, as a student, with the answers of its form: '
'[{"purpose", "version", "granted"}]. Calling it again changes nothing.';

create function public.accept_invitation(token text, consents jsonb default '[]')
returns public.members
language sql
set search_path = ''
as $$
    select * from private.accept_invitation(accept_invitation.token, accept_invitation.consents);
$$;
comment on function public.accept_invitation is
'Accepts the invitation whose token stands in the link, signed in with the address invited.';

grant execute on function
private.join_academy, private.accept_invitation, public.join_academy, public.accept_invitation
to authenticated;
