-- Orders: who buys what for whom, at the price that stood when it was ordered.

create table public.orders (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    reference text not null,
    buyer_id uuid not null,
    beneficiary_id uuid not null,
    status text not null default 'pending' constraint status_is_known check (status in (
        'draft', 'pending', 'paid', 'partly_paid', 'failed', 'expired', 'cancelled',
        'refunded', 'partly_refunded', 'disputed'
    )),
    currency text not null constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
    total_amount bigint not null constraint total_is_not_negative check (total_amount >= 0),
    tax_amount bigint not null default 0
    constraint tax_is_part_of_total check (tax_amount between 0 and total_amount),
    expires_at timestamptz not null,
    paid_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint orders_of_academy unique (academy_id, id),
    constraint order_reference_is_unique_in_academy unique (academy_id, reference),
    constraint paid_order_says_when check (status <> 'paid' or paid_at is not null),
    constraint orders_buyer foreign key (academy_id, buyer_id)
    references public.members (academy_id, user_id),
    constraint orders_beneficiary foreign key (academy_id, beneficiary_id)
    references public.members (academy_id, user_id)
);
comment on table public.orders is
'A purchase. Clients never write here: create_order copies price, tax and currency from the offer.';
comment on column public.orders.expires_at is
'Until when a pending order may be paid; moves on when its payment page is opened.';
create index orders_by_buyer on public.orders (academy_id, buyer_id, created_at);
create index orders_by_beneficiary on public.orders (academy_id, beneficiary_id);
create index orders_waiting on public.orders (expires_at) where status = 'pending';
comment on index public.orders_waiting is 'Housekeeping looks for orders nobody paid.';

create table public.order_lines (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    order_id uuid not null,
    offer_id uuid not null,
    title text not null,
    quantity integer not null default 1 constraint quantity_is_positive check (quantity > 0),
    unit_amount bigint not null constraint unit_amount_is_not_negative check (unit_amount >= 0),
    discount_amount bigint not null default 0
    constraint discount_is_within_the_line check (discount_amount between 0 and quantity * unit_amount),
    total_amount bigint generated always as (quantity * unit_amount - discount_amount) stored,
    tax_rate numeric(5, 2) not null,
    tax_amount bigint not null,
    tax_note text,
    created_at timestamptz not null default now(),
    constraint order_lines_of_academy unique (academy_id, id),
    constraint order_lines_order foreign key (academy_id, order_id)
    references public.orders (academy_id, id),
    constraint order_lines_offer foreign key (academy_id, offer_id)
    references public.offers (academy_id, id)
);
comment on table public.order_lines is
'Copies of the offer as it was: a later price change rewrites no order.';
create index order_lines_by_order on public.order_lines (academy_id, order_id);
create index order_lines_by_offer on public.order_lines (academy_id, offer_id);

create table public.order_payers (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    order_id uuid not null,
    kind text not null constraint kind_is_known check (kind in (
        'learner', 'parent', 'garage', 'cpf', 'pole_emploi', 'opco', 'other'
    )),
    payer_id uuid,
    label text,
    share_amount bigint not null constraint share_is_not_negative check (share_amount >= 0),
    created_at timestamptz not null default now(),
    constraint order_payers_of_academy unique (academy_id, id),
    constraint payer_is_a_person_or_has_a_label check (num_nonnulls(payer_id, label) >= 1),
    constraint order_payers_order foreign key (academy_id, order_id)
    references public.orders (academy_id, id),
    constraint order_payers_payer foreign key (academy_id, payer_id)
    references public.members (academy_id, user_id)
);
comment on table public.order_payers is
'Who pays which share of an order: the learner, a parent, a garage, a fund. Shares sum to the total.';
create index order_payers_by_order on public.order_payers (academy_id, order_id);
create index order_payers_by_payer on public.order_payers (academy_id, payer_id);

create function private.order_adds_up()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    touched jsonb := to_jsonb(coalesce(new, old));
    the_order uuid := coalesce(touched ->> 'order_id', touched ->> 'id')::uuid;
    wrong record;
begin
    select o.reference, o.total_amount, o.tax_amount,
        (select coalesce(sum(l.total_amount), 0) from public.order_lines as l
            where l.academy_id = o.academy_id and l.order_id = o.id) as lines,
        (select coalesce(sum(l.tax_amount), 0) from public.order_lines as l
            where l.academy_id = o.academy_id and l.order_id = o.id) as taxes,
        (select coalesce(sum(p.share_amount), 0) from public.order_payers as p
            where p.academy_id = o.academy_id and p.order_id = o.id) as shares
    into wrong
    from public.orders as o where o.id = the_order;
    if wrong.total_amount <> wrong.lines or wrong.total_amount <> wrong.shares
        or wrong.tax_amount <> wrong.taxes then
        raise exception using errcode = '23514', constraint = 'order_adds_up',
            message = format('Order %s does not add up: total %s, lines %s, shares %s.',
                wrong.reference, wrong.total_amount, wrong.lines, wrong.shares);
    end if;
    return null;
end;
$$;
comment on function private.order_adds_up is
'At commit: total = sum of lines = sum of shares. Definer: it must see every line, whoever writes.';
create constraint trigger order_adds_up after insert or update of total_amount, tax_amount
on public.orders deferrable initially deferred
for each row execute function private.order_adds_up();
create constraint trigger order_adds_up after insert or update or delete
on public.order_lines deferrable initially deferred
for each row execute function private.order_adds_up();
create constraint trigger order_adds_up after insert or update or delete
on public.order_payers deferrable initially deferred
for each row execute function private.order_adds_up();

alter table public.orders enable row level security;
alter table public.order_lines enable row level security;
alter table public.order_payers enable row level security;
grant select on public.orders, public.order_lines, public.order_payers
to authenticated, service_role;
create trigger touch_updated_at before update on public.orders
for each row execute function private.touch_updated_at();
