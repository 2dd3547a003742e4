-- Buying: as before, and an offer that grants a course holds a place in it too.

create function private.cohort_for(offer public.offers, formation uuid, wanted uuid)
returns uuid
language sql
stable
set search_path = ''
as $$
    select case when not exists (
        select 1 from public.cohorts as c
        inner join public.offer_grants as g
            on c.academy_id = g.academy_id and c.formation_id = g.formation_id
        where c.academy_id = offer.academy_id and c.id = wanted and g.offer_id = offer.id
            and c.formation_id <> cohort_for.formation
    ) then wanted end;
$$;
comment on function private.cohort_for is
'A cohort belongs to one formation: of an offer that grants several, the others go without. Any '
'other cohort stays, for hold_seat to refuse.';

create or replace function private.create_order(the_offer uuid, the_cohort uuid)
returns public.orders
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    offer public.offers;
    bought public.orders;
    account uuid;
    tax bigint;
    formation uuid;
    course uuid;
begin
    select o.* into offer from public.offers as o
    inner join public.members as m on o.academy_id = m.academy_id
    where o.id = the_offer and m.user_id = me and m.status = 'active'
    -- One purchase of a member at a time; a price change waits until we are done.
    for share of o for no key update of m;
    if offer.id is null or not private.offer_is_on_sale(offer) then
        perform private.fail(
            404, 'offer_not_found', 'Cette offre n''est pas disponible.',
            'Join the academy first, then choose one of its offers.'
        );
    end if;
    if offer.amount = 0 then
        perform private.fail(
            422, 'offer_is_free', 'Cette offre est gratuite.', 'Call enroll(formation_id) instead.'
        );
    end if;
    if offer.kind = 'subscription' then
        perform private.fail(
            422, 'offer_is_a_subscription', 'Cette offre est un abonnement.', 'Subscribe instead.'
        );
    end if;

    -- Clicking twice is not buying twice: the order still being paid for is the answer.
    select o.* into bought from public.orders as o
    inner join public.order_lines as l on o.academy_id = l.academy_id and o.id = l.order_id
    left join public.enrollments as e
        on o.academy_id = e.academy_id and o.id = e.order_id and e.status = 'pending'
    where o.academy_id = offer.academy_id and o.buyer_id = me and o.status = 'pending'
        and l.offer_id = offer.id and o.expires_at > now() and l.unit_amount = offer.amount
        and e.cohort_id is not distinct from the_cohort
    limit 1;
    if bought.id is not null then
        return bought;
    end if;

    if the_cohort is not null and not exists (
        select 1 from public.offer_grants as g
        where g.academy_id = offer.academy_id and g.offer_id = offer.id
            and g.formation_id is not null
    ) then
        perform private.fail(
            422, 'offer_has_no_cohort', 'Cette offre n''a pas de session.', 'Order it without one.'
        );
    end if;
    select p.id into account from private.provider_accounts as p
    where p.academy_id = offer.academy_id and p.provider = 'stripe' and p.is_default;
    if account is null then
        perform private.fail(
            503, 'payments_unavailable', 'Le paiement en ligne n''est pas encore ouvert.',
            'Add a provider account for this academy.'
        );
    end if;

    -- Changing one's mind is free, yet each order leaves rows for good.
    if (
        select count(*) from public.orders as o
        where o.academy_id = offer.academy_id and o.buyer_id = me
            and o.created_at > now() - interval '1 hour'
    ) >= 30 then
        perform private.fail(
            429, 'too_many_orders', 'Trop de commandes en peu de temps.', 'Try again in an hour.'
        );
    end if;

    tax := round(offer.amount * offer.tax_rate / (100 + offer.tax_rate));
    insert into public.orders (
        academy_id, reference, buyer_id, beneficiary_id, currency, total_amount, tax_amount, expires_at
    )
    values (
        offer.academy_id, private.order_reference(), me, me, offer.currency, offer.amount, tax,
        now() + interval '30 minutes'
    )
    returning * into bought;
    insert into public.order_lines (
        academy_id, order_id, offer_id, title, unit_amount, tax_rate, tax_amount, tax_note
    )
    values (
        offer.academy_id, bought.id, offer.id, offer.title, offer.amount, offer.tax_rate, tax,
        offer.tax_note
    );
    insert into public.order_payers (academy_id, order_id, kind, payer_id, share_amount)
    values (offer.academy_id, bought.id, 'learner', me, offer.amount);
    insert into public.payments (academy_id, order_id, provider_account_id, amount, currency)
    values (offer.academy_id, bought.id, account, offer.amount, offer.currency);

    for formation in
        select distinct g.formation_id from public.offer_grants as g
        where g.academy_id = offer.academy_id and g.offer_id = offer.id
            and g.formation_id is not null
        order by g.formation_id
    loop
        perform private.hold_seat(
            offer.academy_id, me, formation,
            private.cohort_for(offer, formation, the_cohort), bought.id, bought.expires_at
        );
    end loop;
    for course in
        select distinct g.course_id from public.offer_grants as g
        where g.academy_id = offer.academy_id and g.offer_id = offer.id and g.course_id is not null
        order by g.course_id
    loop
        perform private.hold_course(offer.academy_id, me, course, bought.id, bought.expires_at);
    end loop;
    perform private.audit(offer.academy_id, 'order.created', 'orders', bought.id);
    return bought;
end;
$$;
