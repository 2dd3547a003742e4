-- Payments: instalments, each try with the provider, and the inbox of provider webhooks.

create table public.billing_customers (
    academy_id uuid not null,
    user_id uuid not null,
    provider_account_id uuid not null,
    customer_id text not null,
    created_at timestamptz not null default now(),
    primary key (academy_id, user_id, provider_account_id),
    constraint customer_is_one_person unique (provider_account_id, customer_id),
    constraint billing_customers_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id),
    constraint billing_customers_account foreign key (academy_id, provider_account_id)
    references private.provider_accounts (academy_id, id)
);
comment on table public.billing_customers is
'The person''s customer id at one provider account. No client reads or writes it.';
create index billing_customers_by_account
on public.billing_customers (academy_id, provider_account_id);

create table public.payments (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    order_id uuid not null,
    provider_account_id uuid not null,
    amount bigint not null constraint amount_is_positive check (amount > 0),
    currency text not null,
    status text not null default 'pending' constraint status_is_known
    check (status in ('pending', 'succeeded', 'failed', 'cancelled')),
    method text,
    installments smallint not null default 1
    constraint installments_are_positive check (installments >= 1),
    installment_number smallint not null default 1
    constraint number_is_one_of_the_installments check (installment_number between 1 and installments),
    due_date date not null default current_date,
    paid_at timestamptz,
    stripe_payment_intent_id text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint payments_of_academy unique (academy_id, id),
    constraint installment_is_due_once unique (order_id, installment_number),
    constraint payment_intent_pays_once unique (provider_account_id, stripe_payment_intent_id),
    constraint succeeded_payment_says_when check ((status = 'succeeded') = (paid_at is not null)),
    constraint payments_order foreign key (academy_id, order_id)
    references public.orders (academy_id, id),
    constraint payments_account foreign key (academy_id, provider_account_id)
    references private.provider_accounts (academy_id, id)
);
comment on table public.payments is
'One row per instalment. A failed card leaves it pending: each try is a payment_attempt.';
create index payments_by_order on public.payments (academy_id, order_id);
create index payments_by_account on public.payments (academy_id, provider_account_id);

create table public.payment_attempts (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    payment_id uuid not null,
    idempotency_key text not null unique,
    status text not null default 'created' constraint status_is_known
    check (status in ('created', 'open', 'succeeded', 'failed', 'expired')),
    provider_session_id text unique,
    url text,
    success_url text not null,
    cancel_url text not null,
    expires_at timestamptz not null,
    error_code text,
    error_message text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint open_attempt_has_a_session
    check (status <> 'open' or (provider_session_id is not null and url is not null)),
    constraint payment_attempts_payment foreign key (academy_id, payment_id)
    references public.payments (academy_id, id)
);
comment on table public.payment_attempts is
'Each try with the provider. The idempotency key is stored before the call, so that a crash in '
'between asks again for the same page instead of a second one.';
create index payment_attempts_by_payment on public.payment_attempts (academy_id, payment_id);
create unique index one_live_attempt_per_payment
on public.payment_attempts (payment_id) where status in ('created', 'open');
comment on index public.one_live_attempt_per_payment is
'Two payable pages for one payment would let somebody pay twice.';

create table private.webhook_events (
    id uuid primary key default gen_random_uuid(),
    provider_account_id uuid not null references private.provider_accounts (id),
    event_id text not null,
    event_type text not null,
    object_id text,
    body text not null,
    received_at timestamptz not null default now(),
    processed_at timestamptz,
    outcome text,
    error text,
    constraint webhook_is_received_once unique (provider_account_id, event_id)
);
comment on table private.webhook_events is
'The inbox: what a provider told us, verified, once per event; the worker asks the provider again.';
create index webhook_events_waiting on private.webhook_events (received_at)
where processed_at is null;
comment on index private.webhook_events_waiting is 'Operators and sweepers look for stuck events.';

alter table public.billing_customers enable row level security;
alter table public.payments enable row level security;
alter table public.payment_attempts enable row level security;
alter table private.webhook_events enable row level security;
grant select on public.payments to authenticated;
grant select on public.payments, public.payment_attempts, public.billing_customers to service_role;

create trigger touch_updated_at before update on public.payments
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.payment_attempts
for each row execute function private.touch_updated_at();
