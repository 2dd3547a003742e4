-- From an auth user to a person: a profile at sign-up, the address kept in step, names erased at deletion.

create function private.clean_name(typed text)
returns text
language sql
immutable
set search_path = ''
as $$
    select nullif(
        btrim(left(btrim(regexp_replace(typed, '[[:cntrl:][:space:]]+', ' ', 'g')), 80)), ''
    );
$$;
comment on function private.clean_name is
'One short line: a name ends up in headers of mails, on certificates and on invoices.';

create function private.make_profile(person uuid, address text, meta jsonb)
returns void
language sql
set search_path = ''
as $$
    insert into public.profiles (id, first_name, last_name)
    values (
        person,
        private.clean_name(meta ->> 'first_name'),
        private.clean_name(meta ->> 'last_name')
    )
    on conflict (id) do nothing;

    insert into public.profile_details (user_id, email)
    values (person, address)
    on conflict (user_id) do update set email = excluded.email
    where profile_details.email is distinct from excluded.email;
$$;
comment on function private.make_profile is
'Names are the only thing taken from what the user typed at sign-up: roles and plans never are.';

create function private.handle_new_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform private.make_profile(
        new.id, new.email::text, to_jsonb(new) -> 'raw_user_meta_data'
    );
    return new;
end;
$$;
comment on function private.handle_new_user is
'Definer because Auth signs people up under a role of its own that has no right on public.';

create function private.handle_user_email()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.profile_details set email = new.email::text where user_id = new.id;
    return new;
end;
$$;
comment on function private.handle_user_email is
'Mirrors a confirmed change of address. Definer, as above.';

create function private.handle_deleted_user()
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
    update public.members set status = 'left' where user_id = old.id;
    delete from public.member_roles where user_id = old.id;
    return old;
end;
$$;
comment on function private.handle_deleted_user is
'Orders and invoices must outlive the person, so the row stays and the person goes out of it. '
'Definer, as above.';

create trigger preau_new_user after insert on auth.users
for each row execute function private.handle_new_user();
create trigger preau_user_email after update of email on auth.users
for each row execute function private.handle_user_email();
create trigger preau_deleted_user after delete on auth.users
for each row execute function private.handle_deleted_user();

create function private.ensure_profile()
returns public.profiles
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    mine public.profiles;
begin
    perform private.make_profile(u.id, u.email::text, u.meta)
    from (
        select users.id, users.email, to_jsonb(users) -> 'raw_user_meta_data' as meta
        from auth.users as users
        where users.id = me
    ) as u;
    -- A profile outlives its account, and so does a token, for an hour.
    select p.* into mine from public.profiles as p
    inner join auth.users as u on p.id = u.id where p.id = me;
    if not found then
        perform private.fail(404, 'profile_not_found', 'Ce compte n''existe plus.', 'Sign up again.');
    end if;
    return mine;
end;
$$;
comment on function private.ensure_profile is
'Definer because it reads the caller''s own row of auth.users.';

create function public.ensure_profile()
returns public.profiles
language sql
set search_path = ''
as $$ select * from private.ensure_profile(); $$;
comment on function public.ensure_profile is
'The caller''s profile, made if an account from before Préau has none. Safe to call at each start.';
grant execute on function public.ensure_profile, private.ensure_profile to authenticated;
