-- The outbox: one row for each mail that is due, queued in the transaction that makes it due.

create table public.email_messages (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    user_id uuid not null,
    template text not null constraint template_is_a_key check (template ~ '^[a-z][a-z0-9_]*$'),
    locale text not null,
    refs jsonb not null default '{}',
    dedupe_key text not null,
    status text not null default 'queued' constraint status_is_known
    check (status in ('queued', 'sending', 'sent', 'failed', 'cancelled')),
    attempts integer not null default 0,
    provider text,
    provider_message_id text,
    error_code text,
    error_message text,
    sent_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint sent_mail_says_when check ((status = 'sent') = (sent_at is not null)),
    constraint mail_is_due_once unique (academy_id, dedupe_key),
    constraint email_messages_recipient foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.email_messages is
'The outbox. Holds references, not content: names, address and amounts are read when it is sent.';
comment on column public.email_messages.dedupe_key is
'Names the event (welcome:<user>, payment_confirmed:<order>): asked for twice, sent once.';
create index email_messages_by_recipient on public.email_messages (academy_id, user_id, created_at);

alter table public.email_messages enable row level security;
grant select (id, academy_id, user_id, template, locale, status, sent_at, created_at)
on public.email_messages to authenticated;
grant select on public.email_messages to service_role;
create trigger touch_updated_at before update on public.email_messages
for each row execute function private.touch_updated_at();

create function private.queue_email(
    academy uuid, recipient uuid, template text, refs jsonb, dedupe_key text
)
returns void
language plpgsql
set search_path = ''
as $$
declare
    email uuid;
begin
    insert into public.email_messages (academy_id, user_id, template, locale, refs, dedupe_key)
    select academy, recipient, queue_email.template,
        coalesce(details.locale, home.locale), queue_email.refs, queue_email.dedupe_key
    from public.academies as home
    left join public.profile_details as details on details.user_id = recipient
    where home.id = academy
    on conflict on constraint mail_is_due_once do nothing
    returning id into email;
    if email is not null then
        perform private.enqueue('emails', jsonb_build_object('email_id', email));
    end if;
end;
$$;
comment on function private.queue_email is
'Puts a mail into the outbox and its job into the queue, both or neither, once per dedupe key.';

create function private.fail_buried_email()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    update public.email_messages
    set status = 'failed', error_code = coalesce(error_code, new.code),
        error_message = coalesce(error_message, new.message)
    where status in ('queued', 'sending') and id = case
        when new.payload ->> 'email_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            then (new.payload ->> 'email_id')::uuid
    end;
    return null;
end;
$$;
comment on function private.fail_buried_email is
'A mail nobody will try again says so in the outbox, however its job died.';
create trigger fail_buried_email after insert on private.dead_letters
for each row when (new.queue = 'emails') execute function private.fail_buried_email();
