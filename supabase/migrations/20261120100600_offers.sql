-- Offers: what can be bought, at which price, and what it gives.

create table public.offers (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    kind text not null constraint kind_is_known check (kind in (
        'formation', 'course', 'subscription', 'credit_pack', 'special_pack', 'coaching', 'booking'
    )),
    title text not null constraint title_is_short check (length(title) between 1 and 200),
    description text,
    amount bigint not null constraint amount_is_not_negative check (amount >= 0),
    currency text not null constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
    billing_interval text constraint interval_is_known
    check (billing_interval in ('month', 'year')),
    installment_counts smallint [] not null default '{1}'
    constraint installments_start_at_one check (1 <= all(installment_counts)),
    tax_rate numeric(5, 2) not null default 0
    constraint tax_rate_is_a_percentage check (tax_rate between 0 and 100),
    tax_note text,
    valid_from timestamptz,
    valid_until timestamptz,
    is_active boolean not null default true,
    order_index integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint offer_ends_after_it_starts check (valid_until > valid_from),
    constraint offers_of_academy unique (academy_id, id),
    constraint subscription_has_an_interval
    check ((kind = 'subscription') = (billing_interval is not null))
);
comment on table public.offers is
'What can be bought. Amounts are minor units (cents, millimes), tax included.';
comment on column public.offers.tax_rate is
'Percentage contained in the amount; 0 with a note where training is exempt (art. 261-4-4° a CGI).';
create index offers_by_academy on public.offers (academy_id, order_index);

create table public.offer_grants (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    offer_id uuid not null,
    formation_id uuid,
    feature text constraint feature_is_a_key check (feature ~ '^[a-z][a-z0-9_]*$'),
    credits bigint constraint credits_are_positive check (credits > 0),
    seats integer constraint seats_are_positive check (seats > 0),
    duration_days integer constraint duration_is_positive check (duration_days > 0),
    created_at timestamptz not null default now(),
    constraint grant_gives_exactly_one_thing
    check (num_nonnulls(formation_id, feature, credits, seats) = 1),
    constraint offer_grants_of_academy unique (academy_id, id),
    constraint offer_grants_offer foreign key (academy_id, offer_id)
    references public.offers (academy_id, id),
    constraint offer_grants_formation foreign key (academy_id, formation_id)
    references public.formations (academy_id, id)
);
comment on table public.offer_grants is
'What an offer gives, one thing a row: an entitlement is copied from each when it is paid.';
comment on column public.offer_grants.credits is 'Hundredths of a credit.';
comment on column public.offer_grants.duration_days is 'How long access lasts; empty means for good.';
create index offer_grants_by_offer on public.offer_grants (academy_id, offer_id);
create index offer_grants_by_formation on public.offer_grants (academy_id, formation_id);

alter table public.offers enable row level security;
alter table public.offer_grants enable row level security;
grant select on public.offers, public.offer_grants to anon, authenticated, service_role;

create trigger touch_updated_at before update on public.offers
for each row execute function private.touch_updated_at();

create function private.offer_is_on_sale(offer public.offers)
returns boolean
language sql
stable
set search_path = ''
as $$
    select offer.is_active
        and coalesce(offer.valid_from <= now(), true)
        and coalesce(now() < offer.valid_until, true);
$$;
comment on function private.offer_is_on_sale is
'The one definition of "can be bought now": the policy, create_order and enroll share it.';
grant execute on function private.offer_is_on_sale to anon, authenticated, service_role;
