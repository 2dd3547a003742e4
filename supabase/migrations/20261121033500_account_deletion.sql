-- When an account is deleted, what a person wrote about themselves goes with it.

create or replace function private.handle_deleted_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.profiles
    set first_name = null, last_name = null, avatar_url = null, cover_url = null, bio = null
    where id = old.id;
    delete from public.profile_details where user_id = old.id;
    delete from public.member_profiles where user_id = old.id;
    delete from public.member_onboarding where user_id = old.id;
    delete from public.student_profiles where user_id = old.id;
    delete from public.garage_profiles where user_id = old.id;
    delete from public.coach_profiles where user_id = old.id;
    delete from public.parent_profiles where user_id = old.id;
    delete from public.bank_details where user_id = old.id;
    delete from public.guardianships where old.id in (parent_id, student_id);
    update public.garage_seats set released_at = now(), email = null
    where old.id in (garage_id, student_id) and released_at is null;
    update public.members set status = 'left' where user_id = old.id;
    delete from public.member_roles where user_id = old.id;
    return old;
end;
$$;
comment on function private.handle_deleted_user is
'Orders, invoices and certificates outlive the person, so the row of the profile stays and the person '
'goes out of it; payment customers and files follow with the erasure request. Definer: Auth deletes '
'under a role that has no right on public.';
