-- Mails of Auth (Supabase's Send Email hook) through the same outbox: their readers may be members
-- of nothing yet, and what they carry opens the account, so it is gone as soon as the mail is.

create table private.auth_mails (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    email text not null constraint email_is_an_address
    check (email ~ '^[^\s@]+@[^\s@]+$' and length(email) <= 320),
    action text not null constraint action_is_known check (action in (
        'signup', 'recovery', 'magiclink', 'invite', 'email_change', 'reauthentication'
    )),
    neutral boolean not null,
    expires_at timestamptz not null default now() + interval '1 hour',
    created_at timestamptz not null default now(),
    constraint auth_mails_of_academy unique (academy_id, id)
);
comment on table private.auth_mails is
'A mail that Auth asked for: to which address, and what it lets its reader do. Purged after a week.';
comment on column private.auth_mails.neutral is
'Neither the page nor a membership says which academy: it goes by this one''s account, without its name.';
comment on column private.auth_mails.expires_at is
'As long as Auth''s codes hold (otp_expiry in config.toml): a later mail would carry a dead link.';

create table private.auth_mail_secrets (
    auth_mail_id uuid primary key references private.auth_mails (id) on delete cascade,
    code text not null constraint code_is_short check (length(code) <= 100),
    link text constraint link_is_short check (length(link) <= 4000)
);
comment on table private.auth_mail_secrets is
'What signs somebody in, for as long as its mail is not sent; see private.forget_auth_secret.';
alter table private.auth_mails enable row level security;
alter table private.auth_mail_secrets enable row level security;

alter table public.email_messages add column auth_mail_id uuid;
alter table public.email_messages drop constraint mail_has_one_recipient;
alter table public.email_messages add constraint mail_has_one_recipient
check (num_nonnulls(user_id, invitation_id, auth_mail_id) = 1);
alter table public.email_messages add constraint email_messages_auth_mail
foreign key (academy_id, auth_mail_id)
references private.auth_mails (academy_id, id) on delete cascade;
comment on column public.email_messages.auth_mail_id is
'A mail of Auth: its address may be no member''s yet; user_id is empty then.';
create index email_messages_by_auth_mail on public.email_messages (academy_id, auth_mail_id);

create function private.forget_auth_secret()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from private.auth_mail_secrets where auth_mail_id = new.auth_mail_id;
    return null;
end;
$$;
comment on function private.forget_auth_secret is
'Sent or given up, only the reader has the code. Definer: secrets are private.';
create trigger forget_auth_secret after update of status on public.email_messages
for each row when (new.status not in ('queued', 'sending') and new.auth_mail_id is not null)
execute function private.forget_auth_secret();

create or replace function private.mail_recipient(email public.email_messages)
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
        union all
        select a.email from private.auth_mails as a where a.id = email.auth_mail_id
    ) as found where address not ilike '%.local';
$$;

create function private.mail_facts_account(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'first_name', coalesce(known.first_name, ''), 'action', a.action,
        'code', s.code, 'link_url', s.link
    )
    from private.auth_mails as a
    inner join private.auth_mail_secrets as s on a.id = s.auth_mail_id
    left join auth.users as account on account.email = a.email
    left join public.profiles as known on known.id = account.id
    where a.id = email.auth_mail_id and a.expires_at > now();
$$;
comment on function private.mail_facts_account is
'Code and link, while they hold and are not sent; then null, and the mail is not due.';

create function private.purge_auth_mails()
returns void
language sql
security definer
set search_path = ''
as $$
    delete from private.auth_mails as a where a.created_at < now() - interval '7 days';
$$;
comment on function private.purge_auth_mails is
'With their rows of the outbox: whose address it was is nobody''s business for longer. Definer.';
select cron.schedule('purge_auth_mails', '17 3 * * *', 'select private.purge_auth_mails()');

insert into private.mail_templates (template, kind, description) values
('account', 'urgent', 'What Auth sends: confirm an address, a new password, a code to sign in.');

select private.classify(
    'private.auth_mails', '{email,action}', 'personal', 'whom a mail about an account goes to',
    'a week', 'deleted'
);
select private.classify(
    'private.auth_mail_secrets', '{code,link}', 'sensitive', 'signs its reader in',
    'until the mail is sent', 'deleted'
);
select private.classify('private.auth_mails', null);
select private.classify('private.auth_mail_secrets', null);
select private.classify(
    'public.email_messages', '{auth_mail_id}', 'personal', 'whom a mail was to',
    'a week', 'deleted'
);
