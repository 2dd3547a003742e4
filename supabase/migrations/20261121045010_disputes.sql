-- Disputes: a buyer asked their bank for the money; the bank decides, and staff may answer in time.

create table public.disputes (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    payment_id uuid not null,
    provider_account_id uuid not null,
    payment_intent_id text not null,
    provider_dispute_id text not null,
    amount bigint not null constraint amount_is_not_negative check (amount >= 0),
    currency text not null,
    reason text not null constraint reason_is_a_key check (reason ~ '^[a-z0-9_]{1,100}$'),
    status text not null constraint status_is_known check (status in (
        'warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response',
        'under_review', 'won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review'
    )),
    outcome text generated always as (case
        when status in ('won', 'lost') then status
        when status in ('warning_closed', 'prevented') then 'closed'
    end) stored,
    evidence_due_by timestamptz,
    closed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint disputes_of_academy unique (academy_id, id),
    constraint dispute_is_recorded_once unique (provider_account_id, provider_dispute_id),
    constraint closed_dispute_says_when check ((outcome is null) = (closed_at is null)),
    constraint disputes_payment foreign key (academy_id, payment_id)
    references public.payments (academy_id, id),
    constraint disputes_account foreign key (academy_id, provider_account_id)
    references private.provider_accounts (academy_id, id)
);
comment on table public.disputes is
'What the provider says of a dispute, in its words. warning_…: an inquiry, no money has moved. '
'needs_response and under_review: the bank holds the money. appeal_…: lost, and being contested.';
comment on column public.disputes.evidence_due_by is 'Until when staff may answer at the provider.';
create index disputes_by_payment on public.disputes (academy_id, payment_id);
create index disputes_by_account on public.disputes (academy_id, provider_account_id);
create index disputes_by_intent on public.disputes (provider_account_id, payment_intent_id);

alter table public.disputes enable row level security;
grant select on public.disputes to authenticated, service_role;
create trigger touch_updated_at before update on public.disputes
for each row execute function private.touch_updated_at();

create function private.money_of(account uuid, intent text, attempt text)
returns uuid
language sql
stable
set search_path = ''
as $$
    select coalesce(
        (
            select p.id from public.payments as p
            where p.provider_account_id = account and p.stripe_payment_intent_id = intent
        ),
        (
            select r.payment_id from public.refunds as r
            where r.provider_account_id = account and r.payment_intent_id = intent limit 1
        ),
        (
            select p.id from public.payment_attempts as a
            inner join public.payments as p on a.academy_id = p.academy_id and a.payment_id = p.id
            where p.provider_account_id = account
                and a.id = case when pg_input_is_valid(attempt, 'uuid') then attempt::uuid end
        )
    );
$$;
comment on function private.money_of is
'The payment that an intent of the provider''s paid: its own money, a second payment of it, or, by the '
'attempt in its metadata, money whose arrival is not settled yet. Null: not ours.';

create index webhook_events_mismatched on private.webhook_events (provider_account_id, object_id)
where outcome = 'mismatch';
comment on index private.webhook_events_mismatched is 'Money that is not what was ordered, by its object.';

create function private.unsettled(account uuid, intent text, attempt text, the_order uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select case
        when exists (
            select 1 from private.webhook_events as w
            where w.provider_account_id = account and w.outcome = 'mismatch' and w.object_id in (
                select intent
                union all
                select a.provider_session_id from public.payment_attempts as a
                where a.id = case when pg_input_is_valid(attempt, 'uuid') then attempt::uuid end
            )
        ) then jsonb_build_object('outcome', 'not_ours', 'reason', 'mismatch', 'order_id', the_order)
        else jsonb_build_object('outcome', 'not_settled_yet', 'order_id', the_order)
    end;
$$;
comment on function private.unsettled is
'What is told of money that no payment of ours knows: its own event comes first, unless that was a '
'mismatch. Such money is for a person, who most often gives it back at the provider.';

create function private.is_disputed(account uuid, intent text)
returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (
        select 1 from public.disputes as d
        where d.provider_account_id = account and d.payment_intent_id = intent
            and d.status in (
                'needs_response', 'under_review', 'lost', 'appeal_needs_response',
                'appeal_under_review'
            )
    );
$$;
comment on function private.is_disputed is
'Whether a bank holds the money or took it: giving it back as well would be paying twice. An inquiry '
'is not one: a refund settles it.';

select private.classify(
    'public.disputes', '{amount,reason,status,outcome,provider_dispute_id,payment_intent_id}',
    'sensitive', 'that and why a person disputed a payment, and where to find it at the provider',
    '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify('public.disputes', null);
