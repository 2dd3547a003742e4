-- Refunds: money on its way back, each with the key it is asked for under, never more than was paid.

create table public.refunds (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    payment_id uuid not null,
    order_line_id uuid,
    provider_account_id uuid not null,
    payment_intent_id text not null,
    amount bigint not null constraint amount_is_positive check (amount > 0),
    currency text not null,
    reason text not null constraint reason_is_known check (reason in (
        'requested_by_customer', 'staff', 'no_seat', 'paid_twice', 'duplicate', 'fraudulent',
        'dashboard'
    )),
    status text not null default 'pending' constraint status_is_known
    check (status in ('pending', 'succeeded', 'failed', 'cancelled')),
    revoke_access boolean not null default false,
    note text constraint note_is_a_short_text
    check (length(note) between 1 and 500 and translate(note, e'\n', '') !~ '[[:cntrl:]]'),
    idempotency_key text not null unique default 'refund:' || gen_random_uuid(),
    request_key text constraint request_key_is_short check (length(request_key) between 8 and 100),
    requested_by uuid,
    asked_at timestamptz,
    provider_refund_id text,
    failure_code text,
    failure_message text,
    settled_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint refunds_of_academy unique (academy_id, id),
    constraint provider_refund_is_recorded_once unique (provider_account_id, provider_refund_id),
    constraint refund_is_requested_once unique (academy_id, request_key, payment_id),
    constraint pending_refund_is_not_settled check ((status = 'pending') = (settled_at is null)),
    constraint refunds_payment foreign key (academy_id, payment_id)
    references public.payments (academy_id, id),
    constraint refunds_order_line foreign key (academy_id, order_line_id)
    references public.order_lines (academy_id, id),
    constraint refunds_account foreign key (academy_id, provider_account_id)
    references private.provider_accounts (academy_id, id),
    constraint refunds_requested_by foreign key (academy_id, requested_by)
    references public.members (academy_id, user_id)
);
comment on table public.refunds is
'Money that goes back, or went: pending succeeded failed cancelled. Pending until the provider says '
'more; a succeeded one may still fail when the buyer''s bank sends it back. No client writes here.';
comment on column public.refunds.payment_intent_id is
'Which money goes back: the payment''s own, or that of a second payment (paid_twice).';
comment on column public.refunds.reason is
'Who wanted it, why; dashboard: made in the provider''s own pages, recorded when it told us.';
comment on column public.refunds.revoke_access is
'Staff ended access though only a part went back; a whole refund ends it in any case.';
comment on column public.refunds.note is 'What staff tell the buyer, here and in the mail.';
comment on column public.refunds.idempotency_key is
'Stored before the provider is asked: a crash in between asks for the same refund again.';
comment on column public.refunds.request_key is 'The front end''s own key: a click twice is one refund.';
comment on column public.refunds.asked_at is
'When the provider was first asked: from then on a refund there may exist, and is looked for first.';
create index refunds_by_payment on public.refunds (academy_id, payment_id, created_at);
create index refunds_by_order_line on public.refunds (academy_id, order_line_id);
create index refunds_by_account on public.refunds (academy_id, provider_account_id);
create index refunds_by_requester on public.refunds (academy_id, requested_by);
create index refunds_by_intent on public.refunds (provider_account_id, payment_intent_id);
create unique index machine_refunds_money_once
on public.refunds (provider_account_id, payment_intent_id, reason)
where reason in ('no_seat', 'paid_twice');
comment on index public.machine_refunds_money_once is
'What two events of one payment both ask for is one refund.';

create function private.keep_refund_within_payment()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    paid public.payments;
    going bigint;
begin
    select * into paid from public.payments as p
    where p.academy_id = new.academy_id and p.id = new.payment_id for no key update;
    select coalesce(sum(r.amount), 0) into going from public.refunds as r
    where r.provider_account_id = new.provider_account_id
        and r.payment_intent_id = new.payment_intent_id and r.id <> new.id
        and r.status in ('pending', 'succeeded')
        -- What the provider has made is a fact; a request of ours that lost the race makes room.
        and (new.provider_refund_id is null or r.provider_refund_id is not null);
    if new.currency is distinct from paid.currency
        or new.provider_account_id is distinct from paid.provider_account_id then
        raise exception using errcode = '23514', constraint = 'refund_is_of_its_payment',
            message = 'A refund has the currency and the account of its payment.';
    end if;
    if going + new.amount > paid.amount then
        raise exception using errcode = '23514', constraint = 'refunds_stay_within_the_payment',
            message = format('Payment %s was %s; %s is going back already, %s more is too much.',
                paid.id, paid.amount, going, new.amount);
    end if;
    return new;
end;
$$;
comment on function private.keep_refund_within_payment is
'No more goes back than came. The payment''s row is the lock: two refunds take turns here. Definer: '
'it must see every refund, whoever writes.';
create trigger keep_refund_within_payment
before insert or update of amount, status, provider_refund_id on public.refunds
for each row when (new.status in ('pending', 'succeeded'))
execute function private.keep_refund_within_payment();

alter table public.refunds enable row level security;
grant select (
    id, academy_id, payment_id, order_line_id, amount, currency, status, revoke_access, note,
    failure_code, settled_at, created_at, updated_at
) on public.refunds to authenticated;
grant select on public.refunds to service_role;
create trigger touch_updated_at before update on public.refunds
for each row execute function private.touch_updated_at();

select private.create_queue('refunds', 'Refunds to ask the payment provider for.');

select private.classify(
    'public.refunds', '{requested_by}', 'personal', 'who of the staff gave money back',
    '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify(
    'public.refunds', '{amount,reason,status,note,settled_at,provider_refund_id,payment_intent_id}',
    'sensitive', 'what a person got back, and where to find it at the provider',
    '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify(
    'public.refunds', '{failure_code,failure_message}', 'sensitive',
    'why money could not be given back', '10 years after the year of the purchase', 'kept_by_law'
);
select private.classify('public.refunds', null);
