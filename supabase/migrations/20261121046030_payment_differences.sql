-- Money that came: the provider's charges beside our payments.

create type private.reconciliation_finding as (
    object text, kind text, provider_id text, our_row uuid, provider_amount bigint, our_amount bigint,
    provider_says text, we_say text
);
comment on type private.reconciliation_finding is
'One difference, before it is known whether it is a new one.';

create function private.payments_of_intent(account uuid, intent text, attempt uuid)
returns table (payment_id uuid, known_by text)
language sql
stable
set search_path = ''
as $$
    select p.id, 'intent' from public.payments as p where p.stripe_payment_intent_id = intent
    union all
    select r.payment_id, 'second' from public.refunds as r
    where r.provider_account_id = account and r.payment_intent_id = intent
    union all
    select a.payment_id, 'attempt' from public.payment_attempts as a where a.id = attempt
    union all
    select a.payment_id, 'attempt' from public.payment_attempts as a where a.provider_intent_id = intent;
$$;
comment on function private.payments_of_intent is
'Our payment of an intent, whichever account has it: the one it paid; the one it paid once more, by '
'what we give back of it; the one somebody tried to pay with it.';

create function private.charges_beside_payments(run private.reconciliations)
returns table (
    charge private.reconciliation_objects, payment public.payments, known_by text, attempt_of uuid
)
language sql
stable
set search_path = ''
as $$
    select c.one, ours.payment, ours.known_by, (
        select a.payment_id from public.payment_attempts as a where a.id = (c.one).attempt
    )
    from (
        -- A declined card leaves a charge, too: of those of one intent the one that says most.
        select distinct on (coalesce(o.payment_intent, o.provider_id)) o as one
        from private.reconciliation_objects as o
        where o.reconciliation_id = run.id and o.object = 'payment'
        order by
            coalesce(o.payment_intent, o.provider_id),
            array_position('{succeeded,pending,failed}'::text [], o.status), o.provider_id
    ) as c
    left join lateral (
        select p as payment, k.known_by
        from private.payments_of_intent(
            run.provider_account_id, (c.one).payment_intent, (c.one).attempt
        ) as k
        inner join public.payments as p on k.payment_id = p.id
        order by
            array_position('{intent,second,attempt}'::text [], k.known_by),
            p.provider_account_id = run.provider_account_id desc
        limit 1
    ) as ours on true;
$$;
comment on function private.charges_beside_payments is
'Each intent of the list with the payment of ours that it is, or none.';

create function private.payment_differences(run private.reconciliations)
returns setof private.reconciliation_finding
language sql
stable
set search_path = ''
as $$
    select
        'payment', d.kind, t.provider_id, p.id, t.amount, p.amount, d.provider_says, d.we_say
    from private.charges_beside_payments(run) as b
    cross join lateral (select (b.charge).*) as t
    cross join lateral (select (b.payment).*) as p
    cross join lateral (select
        t.status = 'succeeded' as paid_there,
        p.status = 'succeeded' as paid_here,
        p.provider_account_id = run.provider_account_id as is_here
    ) as f
    cross join lateral (values
        ('missing_here', p.id is null and f.paid_there, t.status, null),
        (
            'wrong_account', not f.is_here and f.paid_there, run.provider_account_id::text,
            p.provider_account_id::text
        ),
        (
            'missing_there', f.is_here and b.known_by = 'intent' and f.paid_here
            and t.status = 'absent', null, p.status
        ),
        (
            'status', f.is_here and t.status <> 'absent' and case
                when f.paid_there then not f.paid_here
                else f.paid_here and b.known_by = 'intent'
            end, t.status, p.status
        ),
        (
            'duplicate', f.is_here and b.known_by = 'attempt' and f.paid_there and f.paid_here,
            t.payment_intent, p.stripe_payment_intent_id
        ),
        (
            'wrong_payment', f.is_here and b.known_by = 'intent' and f.paid_there
            and b.attempt_of <> p.id, b.attempt_of::text, p.id::text
        ),
        (
            'amount', f.is_here and b.known_by = 'intent' and f.paid_there and t.amount <> p.amount,
            t.amount::text, p.amount::text
        ),
        (
            'currency', f.is_here and b.known_by = 'intent' and f.paid_there
            and t.currency <> p.currency, t.currency, p.currency
        )
    ) as d (kind, holds, provider_says, we_say)
    where d.holds and (p.id is null or p.updated_at < run.started_at)
    union all
    select 'payment', 'missing_there', null, p.id, null, p.amount, null, p.status
    from public.payments as p
    where p.provider_account_id = run.provider_account_id and p.status = 'succeeded'
        and p.paid_at >= run.lists_from and p.paid_at < run.lists_until
        and p.stripe_payment_intent_id is null and p.updated_at < run.started_at;
$$;
comment on function private.payment_differences is
'What was changed here since the run began is left to the next: the list may be older than it.';
