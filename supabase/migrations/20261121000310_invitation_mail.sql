-- The outbox writes to invitees, too: they are no members yet, so the mail refers to the invitation.

alter table public.email_messages alter column user_id drop not null;
alter table public.email_messages add column invitation_id uuid;
alter table public.email_messages add constraint mail_has_one_recipient
check (num_nonnulls(user_id, invitation_id) = 1);
alter table public.email_messages add constraint email_messages_invitation
foreign key (academy_id, invitation_id)
references private.invitations (academy_id, id) on delete cascade;
comment on column public.email_messages.invitation_id is
'The recipient is its address, not a member yet; user_id is empty then.';
create index email_messages_by_invitation on public.email_messages (academy_id, invitation_id);

create function private.make_invitation(
    academy uuid, address text, wanted public.member_role, inviter uuid
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    made uuid := gen_random_uuid();
    -- Each of the two is 122 random bits; the seed must be as good as a key.
    seed bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    mail uuid;
begin
    insert into private.invitations
    (id, academy_id, email, role, token_hash, invited_by, expires_at)
    values (
        made, academy, address, wanted,
        sha256(convert_to(private.invitation_token(made, seed), 'UTF8')), inviter,
        now() + make_interval(days => private.invitation_days(academy))
    )
    on conflict (academy_id, email, role) where accepted_at is null and revoked_at is null
    do nothing;
    if not found then
        return i.id from private.invitations as i
        where i.academy_id = academy and i.email = address and i.role = wanted
            and i.accepted_at is null and i.revoked_at is null;
    end if;
    insert into private.invitation_seeds (invitation_id, seed) values (made, seed);
    perform private.audit(
        academy, 'invitation.made', 'invitations', made, jsonb_build_object('role', wanted)
    );
    insert into public.email_messages
    (academy_id, invitation_id, template, locale, dedupe_key)
    select academy, made, 'invitation', coalesce(known.locale, home.locale), 'invitation:' || made
    from public.academies as home
    left join auth.users as account on account.email = address
    left join public.profile_details as known on known.user_id = account.id
    where home.id = academy
    returning id into mail;
    perform private.enqueue('emails', jsonb_build_object('email_id', mail));
    return made;
end;
$$;
comment on function private.make_invitation is
'Invitation, mail and job, all or nothing; while one is open, that one. Its caller says who may.';

create function private.close_invitation(invitation uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
    update private.invitations set revoked_at = now()
    where id = invitation and accepted_at is null and revoked_at is null;
    delete from private.invitation_seeds where invitation_id = invitation;
end;
$$;
comment on function private.close_invitation is 'Its link stops working, and a mail still due is not sent.';

create function private.forget_seed()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from private.invitation_seeds where invitation_id = new.invitation_id;
    return null;
end;
$$;
comment on function private.forget_seed is
'Once the mail is sent, only its reader has the token. Definer: seeds are private.';
create trigger forget_seed after update of status on public.email_messages
for each row when (new.status = 'sent' and new.invitation_id is not null)
execute function private.forget_seed();

create function private.mail_recipient(email public.email_messages)
returns text
language sql
stable
set search_path = ''
as $$
    select address from (
        select d.email as address from public.profile_details as d where d.user_id = email.user_id
        union all
        select i.email from private.invitations as i
        inner join private.invitation_seeds as s on i.id = s.invitation_id
        where i.id = email.invitation_id and i.accepted_at is null and i.revoked_at is null
            and i.expires_at > now()
    ) as found where address not ilike '%.local';
$$;
comment on function private.mail_recipient is
'Where a mail goes: a member''s address, or an open invitation''s; null: nowhere. Never to *.local.';
