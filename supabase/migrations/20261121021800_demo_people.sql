-- The operator's way to people to try things with; no client can call it.

create function private.place_demo_person(
    academy_slug text, address text, given public.member_role,
    pseudonym text default null, pupil text default null
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    home uuid := (select a.id from public.academies as a where a.slug = academy_slug);
    person uuid := (
        select u.id from auth.users as u
        where u.email = address and u.raw_app_meta_data ->> 'demo' = 'true'
    );
begin
    if home is null or person is null then
        perform private.fail(
            404, 'no_demo_person', format('%s is no demo person for %s.', address, academy_slug),
            'Seed the academies first; a demo account has app_metadata.demo.'
        );
    end if;
    insert into public.members (academy_id, user_id, status, joined_at)
    values (home, person, 'active', now()) on conflict (academy_id, user_id) do nothing;
    insert into public.member_roles (academy_id, user_id, role)
    values (home, person, given) on conflict do nothing;
    if pseudonym is not null then
        insert into public.coach_profiles (academy_id, user_id, pseudonym, available_online)
        values (home, person, place_demo_person.pseudonym, true)
        on conflict (academy_id, user_id) do nothing;
    end if;
    if pupil is not null then
        insert into public.guardianships (academy_id, parent_id, student_id, scopes)
        select home, person, u.id, '{see,pay,book,message}' from auth.users as u
        where u.email = pupil and u.raw_app_meta_data ->> 'demo' = 'true'
        on conflict do nothing;
    end if;
    return person;
end;
$$;
comment on function private.place_demo_person is
'Behind `preau seed demo`: a role for an account marked as a demo one, and no mail to anybody.';
