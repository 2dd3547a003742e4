-- What becomes of invitations by time alone, and of those to somebody who deletes their account.

create function private.purge_invitations()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from private.invitation_seeds as s using private.invitations as i
    where s.invitation_id = i.id and i.expires_at < now();
    delete from private.invitations as i
    where i.id in (
        select old.id from private.invitations as old
        where coalesce(old.accepted_at, old.revoked_at, old.expires_at) < now() - interval '90 days'
        order by old.id limit 10000
    );
end;
$$;
comment on function private.purge_invitations is
'An address of somebody who never came is not kept: 90 days after its end an invitation goes, with '
'its mail''s row. Definer: runs for nobody in particular.';
select cron.schedule('purge-invitations', '17 3 * * *', 'select private.purge_invitations()');

create function private.forget_invitations()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from private.invitations where email = lower(old.email) or accepted_by = old.id;
    return old;
end;
$$;
comment on function private.forget_invitations is
'An invitation holds an address: it goes with the account. Definer: Auth deletes under its own role.';
create trigger preau_deleted_user_invitations after delete on auth.users
for each row execute function private.forget_invitations();
