-- Guardianships, as the API offers them.

create function public.set_guardianship(
    academy_id uuid, parent_id uuid, student_id uuid, scopes text []
)
returns public.guardianships
language sql
set search_path = ''
as $$
    select * from private.set_guardianship(
        set_guardianship.academy_id, set_guardianship.parent_id, set_guardianship.student_id,
        set_guardianship.scopes
    );
$$;
comment on function public.set_guardianship is
'Says what a parent may do for a pupil: see, pay, book, message. Staff only. Given again: replaced.';

create function public.end_guardianship(academy_id uuid, parent_id uuid, student_id uuid)
returns public.guardianships
language sql
set search_path = ''
as $$
    select * from private.end_guardianship(
        end_guardianship.academy_id, end_guardianship.parent_id, end_guardianship.student_id
    );
$$;
comment on function public.end_guardianship is 'Ends a guardianship from now on. Staff only.';

create function public.set_birth_date(academy_id uuid, member_id uuid, birth_date date)
returns void
language sql
set search_path = ''
as $$
    select private.set_birth_date(
        set_birth_date.academy_id, set_birth_date.member_id, set_birth_date.birth_date
    );
$$;
comment on function public.set_birth_date is
'Corrects the birth date of a pupil who has a guardian in the academy. Staff only.';

grant execute on function
private.set_guardianship, private.end_guardianship, private.set_birth_date,
public.set_guardianship, public.end_guardianship, public.set_birth_date
to authenticated;
