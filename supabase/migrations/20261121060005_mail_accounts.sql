-- Whom an academy's mails go through: its own accounts in order, the next where the first is out.

alter table private.provider_accounts drop constraint provider_is_known;
alter table private.provider_accounts add constraint provider_is_known check (provider in (
    'stripe', 'konnect', 'wise', 'sendgrid', 'brevo', 'smtp', 'console', 'openai'
));
alter table private.provider_accounts add column priority smallint not null default 100
constraint priority_is_small check (priority between 1 and 1000);
comment on column private.provider_accounts.priority is
'Among accounts that serve the same end: the lowest is used, the next when it is not to be had.';

alter table public.email_messages add column provider_account_id uuid;
alter table public.email_messages add constraint email_messages_account
foreign key (academy_id, provider_account_id) references private.provider_accounts (academy_id, id);
comment on column public.email_messages.provider_account_id is
'The account that took the mail; empty where it went by the environment''s own.';
create index email_messages_by_account on public.email_messages (academy_id, provider_account_id);

alter table public.email_messages add column unknown_outcomes smallint not null default 0
constraint unknown_outcomes_are_counted check (unknown_outcomes between 0 and 5);
comment on column public.email_messages.unknown_outcomes is
'Tries of which nobody can say whether the provider took the mail. Each may have brought a copy, so '
'after five the mail is given up: a reader never gets more than five.';

select private.classify('public.email_messages', '{provider_account_id,unknown_outcomes}');
select private.classify('private.provider_accounts', '{priority}');

-- A provider may be out for hours, and a mail waits for it: about eight hours of tries.
update private.queues set max_attempts = 100 where name = 'emails';

create function private.mail_accounts(academy uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(jsonb_agg(private.account_facts(p.id) order by p.priority, p.slug), '[]')
    from private.provider_accounts as p
    where p.academy_id = academy and p.is_default
        and p.provider in ('sendgrid', 'smtp', 'console');
$$;
comment on function private.mail_accounts is
'An academy''s own mail accounts, the first choice first; none: the environment''s account serves.';

drop function worker.email_sent;
drop function private.email_sent;

create function private.email_sent(email uuid, by_provider text, message text, account uuid)
returns void
language sql
security definer
set search_path = ''
as $$
    update public.email_messages
    set status = 'sent', sent_at = now(), provider = by_provider, provider_message_id = message,
        provider_account_id = account, error_code = null, error_message = null
    where id = email and status = 'sending';
$$;
comment on function private.email_sent is 'Definer: the outbox is DB-owned.';

create function worker.email_sent(
    email_id uuid, provider text, provider_message_id text, account_id uuid default null
)
returns void
language sql
set search_path = ''
as $$ select private.email_sent(email_id, provider, provider_message_id, account_id); $$;
comment on function worker.email_sent is
'The provider has accepted the mail: which one, its id for it, and the account, if it has a row.';

create or replace function private.email_failed(
    email uuid, code text, reason text, for_good boolean
)
returns void
language sql
security definer
set search_path = ''
as $$
    update public.email_messages as m
    set status = case when for_good then 'failed' else 'queued' end,
        error_code = left(code, 100), error_message = left(reason, 1000),
        unknown_outcomes = least(
            m.unknown_outcomes + case when code like '%\_interrupted' then 1 else 0 end, 5
        )
    where m.id = email and m.status = 'sending';
$$;
comment on function private.email_failed is
'Codes ending in _interrupted say that the mail may have been taken. Definer: the outbox is DB-owned.';

grant execute on function private.email_sent, worker.email_sent to service_role;
