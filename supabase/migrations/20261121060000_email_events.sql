-- What became of a mail, step by step: our own tries, and what the provider tells afterwards.

alter table public.email_messages drop constraint status_is_known;
alter table public.email_messages add constraint status_is_known check (
    status in ('queued', 'sending', 'sent', 'failed', 'cancelled', 'suppressed')
);
comment on column public.email_messages.status is
'queued → sending → sent; back to queued after a passing failure; failed: refused for good; '
'cancelled: no longer due; suppressed: this address must not be written to.';
alter table public.email_messages add constraint emails_of_academy unique (academy_id, id);

create table public.email_events (
    id bigint generated always as identity primary key,
    academy_id uuid not null,
    email_id uuid not null,
    user_id uuid,
    kind text not null constraint kind_is_known check (kind in (
        'queued', 'sending', 'sent', 'failed', 'cancelled', 'suppressed', 'postponed',
        'deferred', 'delivered', 'bounced', 'dropped', 'complained', 'unsubscribed'
    )),
    code text constraint code_is_short check (length(code) <= 100),
    detail text constraint detail_is_short check (length(detail) <= 1000),
    provider_account_id uuid,
    provider_event_id text constraint provider_event_id_is_short
    check (length(provider_event_id) between 1 and 200),
    occurred_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    constraint email_events_email foreign key (academy_id, email_id)
    references public.email_messages (academy_id, id) on delete cascade,
    constraint email_events_recipient foreign key (academy_id, user_id)
    references public.members (academy_id, user_id),
    constraint email_events_account foreign key (academy_id, provider_account_id)
    references private.provider_accounts (academy_id, id)
);
comment on table public.email_events is
'The history of each mail, append-only. Whether it was opened is not asked: no pixel is sent.';
comment on column public.email_events.kind is
'The first six are the outbox''s own states; postponed: kept for later, by quiet hours or the day''s '
'limit; the rest is what the provider tells.';
comment on column public.email_events.user_id is
'The recipient, so that they may read what became of their mails; empty for an invitation.';
comment on column public.email_events.detail is
'The provider''s words, which may repeat an address: for operators, granted to no client.';
create unique index provider_tells_each_event_once
on public.email_events (provider_account_id, provider_event_id) nulls not distinct
where provider_event_id is not null;
comment on index public.provider_tells_each_event_once is
'Providers repeat themselves, up to 46 times seen: the first telling counts.';
create index email_events_by_email on public.email_events (academy_id, email_id, id);
create index email_events_by_recipient on public.email_events (academy_id, user_id);
create index email_events_by_account on public.email_events (academy_id, provider_account_id);

alter table public.email_events enable row level security;
grant select (id, academy_id, email_id, user_id, kind, code, occurred_at, created_at)
on public.email_events to authenticated;
grant select on public.email_events to service_role;
create trigger never_changed before update on public.email_events
for each row execute function private.refuse_change();
create trigger never_truncated before truncate on public.email_events
for each statement execute function private.refuse_change();

create function private.note_email_status()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
    insert into public.email_events (academy_id, email_id, user_id, kind, code, detail)
    values (
        new.academy_id, new.id, new.user_id, new.status,
        case when new.status in ('queued', 'failed', 'cancelled', 'suppressed')
            then new.error_code end,
        case when new.status in ('queued', 'failed') then new.error_message end
    );
    return null;
end;
$$;
comment on function private.note_email_status is
'Every state a mail takes is written down where it is taken, each try included.';
create trigger note_email_status after insert or update of status on public.email_messages
for each row execute function private.note_email_status();

select private.classify(
    'public.email_events', '{user_id,email_id}', 'personal', 'whom a mail was to',
    'as the mail itself', 'pseudonymised'
);
select private.classify(
    'public.email_events', '{detail,provider_event_id}', 'personal',
    'why a mail did not arrive; a provider''s words may repeat an address',
    'as the mail itself', 'deleted'
);
select private.classify('public.email_events', null);
