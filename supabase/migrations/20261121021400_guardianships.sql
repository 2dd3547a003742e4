-- Guardianships: a parent and a pupil, what for, and until when.

create table public.guardianships (
    academy_id uuid not null,
    parent_id uuid not null,
    student_id uuid not null,
    scopes text [] not null constraint scopes_are_known check (
        cardinality(scopes) between 1 and 4 and scopes <@ array['see', 'pay', 'book', 'message']
        and array_position(scopes, null) is null
    ),
    ends_on date,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, parent_id, student_id),
    constraint nobody_guards_themselves check (parent_id <> student_id),
    constraint guardianships_parent foreign key (academy_id, parent_id)
    references public.members (academy_id, user_id),
    constraint guardianships_student foreign key (academy_id, student_id)
    references public.members (academy_id, user_id)
);
comment on table public.guardianships is
'Which parent may do what for which pupil. Ends on ends_on, or with the pupil''s majority.';
comment on column public.guardianships.ends_on is 'The first day on which it no longer counts.';
create index guardianships_by_student on public.guardianships (academy_id, student_id);
create index guardianships_by_pupil_alone on public.guardianships (student_id);
create index guardianships_by_parent_alone on public.guardianships (parent_id);

alter table public.guardianships enable row level security;
grant select on public.guardianships to authenticated, service_role;
create trigger touch_updated_at before update on public.guardianships
for each row execute function private.touch_updated_at();

create function private.is_ongoing(bond public.guardianships)
returns boolean
language sql
stable
set search_path = ''
as $$
    select coalesce(bond.ends_on > here.today, true)
        and coalesce(d.birth_date + interval '18 years' > here.today, true)
    from (
        select (now() at time zone a.timezone)::date as today
        from public.academies as a where a.id = bond.academy_id
    ) as here
    left join public.profile_details as d on d.user_id = bond.student_id;
$$;
comment on function private.is_ongoing is
'Neither ended nor past the 18th birthday, by the academy''s own date; without a known birth date '
'only an end ends it.';

create function private.my_wards(scope text)
returns table (academy_id uuid, user_id uuid)
language sql
stable
security definer
rows 5
set search_path = ''
as $$
    select g.academy_id, g.student_id from public.guardianships as g
    inner join public.members as pupil
        on g.academy_id = pupil.academy_id and g.student_id = pupil.user_id
    where g.parent_id = (select auth.uid()) and my_wards.scope = any(g.scopes)
        and g.academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
        and pupil.status = 'active' and private.is_ongoing(g);
$$;
comment on function private.my_wards is
'Pupils for whom the caller, an active parent, has the scope now. Definer: policies of members ask.';
grant execute on function private.my_wards to authenticated, service_role;

create function private.has_guardian(person uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
    select exists (
        select 1 from public.guardianships as g
        where g.student_id = person and person = coalesce((select auth.uid()), person)
            and private.is_ongoing(g)
    );
$$;
comment on function private.has_guardian is
'Whether a guardianship of the caller''s counts. Definer: it reads rows of every academy.';
grant execute on function private.has_guardian to authenticated;

create function private.keep_birth_date()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    if current_user = 'authenticated' and private.has_guardian(new.user_id) then
        raise exception using
            errcode = 'PT403', message = 'Votre date de naissance ne peut plus être modifiée ici.',
            detail = 'birth_date_is_fixed', hint = 'Ask the academy''s staff (set_birth_date).';
    end if;
    return new;
end;
$$;
comment on function private.keep_birth_date is
'A pupil could otherwise end their guardians'' sight by ageing. Invoker: it must know who writes.';
create trigger keep_birth_date before update of birth_date on public.profile_details
for each row when (new.birth_date is distinct from old.birth_date)
execute function private.keep_birth_date();
