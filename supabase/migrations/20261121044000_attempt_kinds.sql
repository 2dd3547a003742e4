-- Attempts of two kinds: the provider's own page (checkout), or a form of the academy's (intent).

alter table public.payment_attempts
add column kind text not null default 'checkout'
constraint kind_is_known check (kind in ('checkout', 'intent')),
add column provider_intent_id text constraint payment_intent_is_of_one_attempt unique,
add column asked_at timestamptz,
alter column success_url drop not null,
alter column cancel_url drop not null,
drop constraint status_is_known,
add constraint status_is_known
check (status in ('created', 'open', 'processing', 'succeeded', 'failed', 'expired')),
drop constraint open_attempt_has_a_session,
add constraint open_attempt_is_at_the_provider check (status <> 'open' or case kind
    when 'checkout' then provider_session_id is not null and url is not null
    else provider_intent_id is not null
end),
add constraint page_knows_the_way_back
check (kind <> 'checkout' or (success_url is not null and cancel_url is not null));
comment on column public.payment_attempts.status is
'created → open → succeeded; open → processing (a method that takes days) → succeeded or failed; '
'failed: refused for good; expired: closed, or replaced by another. A declined card leaves it open '
'with its error, since the same page or form takes the next card.';
comment on column public.payment_attempts.provider_intent_id is
'The provider''s payment: known from the start for a form, once somebody has tried to pay for a page.';
comment on column public.payment_attempts.asked_at is
'When the sweeper last had the provider asked about it.';
select private.classify(
    'public.payment_attempts', '{provider_intent_id}', 'sensitive',
    'the payment of one person at the provider', '13 months, the time a card payment may be disputed',
    'deleted'
);
select private.classify('public.payment_attempts', null);

drop index public.one_live_attempt_per_payment;
create unique index one_live_attempt_per_payment
on public.payment_attempts (payment_id) where status in ('created', 'open', 'processing');
comment on index public.one_live_attempt_per_payment is
'Two payable pages or forms for one payment would let somebody pay twice.';

create function private.is_delayed_method(method text)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select coalesce(method = any('{
        acss_debit,au_becs_debit,bacs_debit,boleto,customer_balance,konbini,multibanco,nz_bank_account,
        oxxo,sepa_debit,us_bank_account
    }'::text[]), false);
$$;
comment on function private.is_delayed_method is
'Methods that say days later whether the money came (docs.stripe.com/payments/payment-methods): their '
'failure ends an order, a declined card only asks for another.';
