-- The directory: whom fellow members may see, by the academy's rule for each role.

alter table public.members
add column directory_opt_out boolean not null default false,
add column listed boolean not null default false;
comment on column public.members.directory_opt_out is 'They asked not to be in the directory.';
comment on column public.members.listed is
'Shown to fellow members: active, with a role, each of their roles shown by settings.directory, and '
'they did not opt out. Kept by triggers, so that a policy reads one column.';
create index members_listed on public.members (academy_id, user_id) where listed;
comment on index public.members_listed is 'A page of the directory.';

create function private.is_listed(member public.members)
returns boolean
language sql
stable
set search_path = ''
as $$
    select member.status = 'active' and not member.directory_opt_out and coalesce(bool_and(
        coalesce(a.settings -> 'directory' ->> r.role::text = 'members', false)
    ), false)
    from public.member_roles as r
    inner join public.academies as a on r.academy_id = a.id
    where r.academy_id = member.academy_id and r.user_id = member.user_id;
$$;
comment on function private.is_listed is
'The strictest of one''s roles decides: a coach who is also a pupil is hidden as a pupil.';

create function private.relist_member()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    new.listed := private.is_listed(new);
    return new;
end;
$$;
comment on function private.relist_member is 'Definer: it reads roles the writer may not see.';
create trigger relist_member before insert or update of status, directory_opt_out on public.members
for each row execute function private.relist_member();

create function private.relist_roles()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    -- Against a change of the academy's rule at this moment: it waits for us, or we see it.
    perform from public.academies as a
    where a.id in (select c.academy_id from changed as c) for share;
    update public.members as m set listed = not m.listed
    where (m.academy_id, m.user_id) in (select c.academy_id, c.user_id from changed as c)
        and m.listed <> private.is_listed(m);
    return null;
end;
$$;
comment on function private.relist_roles is 'Definer: members is DB-owned.';
create trigger relist_given_roles after insert on public.member_roles
referencing new table as changed
for each statement execute function private.relist_roles();
create trigger relist_taken_roles after delete on public.member_roles
referencing old table as changed
for each statement execute function private.relist_roles();
create trigger relist_changed_roles after update on public.member_roles
referencing new table as changed
for each statement execute function private.relist_roles();

create function private.relist_academy()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.members as m set listed = not m.listed
    where m.academy_id = new.id and m.status = 'active' and m.listed <> (
        not m.directory_opt_out and m.user_id in (
            select r.user_id from public.member_roles as r
            where r.academy_id = new.id group by r.user_id
            having bool_and(coalesce(new.settings -> 'directory' ->> r.role::text = 'members', false))
        )
    );
    return null;
end;
$$;
comment on function private.relist_academy is
'One pass over the academy''s members when its rule changes. Definer: members is DB-owned.';
create trigger relist_academy after update of settings on public.academies
for each row when ((new.settings -> 'directory') is distinct from (old.settings -> 'directory'))
execute function private.relist_academy();

create function private.hide_from_directory(academy uuid, hide boolean)
returns public.members
language plpgsql
security definer
set search_path = ''
as $$
declare
    membership public.members;
begin
    perform private.signed_in();
    perform private.locked_member(academy, (select auth.uid()));
    update public.members as m set directory_opt_out = coalesce(hide, true)
    where m.academy_id = academy and m.user_id = (select auth.uid()) returning m.* into membership;
    return membership;
end;
$$;
comment on function private.hide_from_directory is
'Definer: members is DB-owned. Showing oneself again obeys the academy''s rule.';

create function public.hide_from_directory(academy_id uuid, hidden boolean default true)
returns public.members
language sql
set search_path = ''
as $$
    select * from private.hide_from_directory(
        hide_from_directory.academy_id, hide_from_directory.hidden
    );
$$;
comment on function public.hide_from_directory is
'Takes the caller out of an academy''s directory, or back into it. Staff, guardians and one''s garage '
'still see the membership.';
grant execute on function public.hide_from_directory, private.hide_from_directory to authenticated;
