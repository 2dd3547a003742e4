-- Money that goes back: the provider's refunds and disputes beside ours.

create function private.money_back_pairs(run private.reconciliations)
returns table (
    theirs private.reconciliation_objects, our_row uuid, account uuid, amount bigint, currency text,
    status text, payment_intent text, updated_at timestamptz
)
language sql
stable
set search_path = ''
as $$
    select o, ours.*
    from private.reconciliation_objects as o
    left join lateral (
        select m.* from (
            select
                r.id, r.provider_account_id as account, r.amount, r.currency, r.status,
                r.payment_intent_id, r.updated_at
            from public.refunds as r
            where o.object = 'refund' and r.provider_refund_id = o.provider_id
            union all
            select
                r.id, r.provider_account_id, r.amount, r.currency, r.status, r.payment_intent_id,
                r.updated_at
            from public.refunds as r
            where o.object = 'refund' and r.id = o.refund and r.provider_refund_id is null
            union all
            select
                d.id, d.provider_account_id, d.amount, d.currency, d.status, d.payment_intent_id,
                d.updated_at
            from public.disputes as d
            where o.object = 'dispute' and d.provider_dispute_id = o.provider_id
        ) as m
        order by m.account = run.provider_account_id desc
        limit 1
    ) as ours on true
    where o.reconciliation_id = run.id and o.object in ('refund', 'dispute');
$$;
comment on function private.money_back_pairs is
'Each refund and dispute of the list with ours: by its id, or while we do not know it, by ours in its '
'metadata.';

create function private.provider_status(object text, status text)
returns text
language sql
immutable
set search_path = ''
as $$
    select case
        when object <> 'refund' or status in ('succeeded', 'failed', 'absent') then status
        when status = 'canceled' then 'cancelled'
        else 'pending'
    end;
$$;
comment on function private.provider_status is
'A status of the provider''s in our words: a refund''s as take_refund has it, a dispute''s as it is.';

create function private.money_back_differences(run private.reconciliations)
returns setof private.reconciliation_finding
language sql
stable
set search_path = ''
as $$
    select
        t.object, d.kind, t.provider_id, b.our_row, t.amount, b.amount, d.provider_says, d.we_say
    from private.money_back_pairs(run) as b
    cross join lateral (select (b.theirs).*) as t
    cross join lateral (select
        private.provider_status(t.object, t.status) as status,
        b.account = run.provider_account_id as is_here
    ) as f
    cross join lateral (values
        (
            -- Without a payment of ours it is its payment that is missing here.
            'missing_here', b.our_row is null and f.status not in ('absent', 'failed', 'cancelled')
            and exists (
                select 1 from private.payments_of_intent(
                    run.provider_account_id, t.payment_intent, t.attempt
                )
            ), f.status, null
        ),
        ('wrong_account', not f.is_here, run.provider_account_id::text, b.account::text),
        (
            'missing_there', f.is_here and f.status = 'absent'
            and b.status not in ('failed', 'cancelled'), null, b.status
        ),
        ('status', f.is_here and f.status not in ('absent', b.status), f.status, b.status),
        (
            'wrong_payment', f.is_here and f.status <> 'absent'
            and t.payment_intent is distinct from b.payment_intent, t.payment_intent,
            b.payment_intent
        ),
        (
            'amount', f.is_here and t.amount <> b.amount, t.amount::text, b.amount::text
        ),
        ('currency', f.is_here and t.currency <> b.currency, t.currency, b.currency)
    ) as d (kind, holds, provider_says, we_say)
    where d.holds and (b.our_row is null or b.updated_at < run.started_at)
    union all
    select 'refund', 'missing_there', null, r.id, null, r.amount, null, r.status
    from public.refunds as r
    where r.provider_account_id = run.provider_account_id
        and r.created_at >= run.lists_from and r.created_at < run.lists_until
        and r.status in ('pending', 'succeeded') and r.provider_refund_id is null
        and r.updated_at < run.started_at and r.id not in (
            select o.refund from private.reconciliation_objects as o
            where o.reconciliation_id = run.id and o.object = 'refund' and o.refund is not null
        );
$$;
comment on function private.money_back_differences is
'Refunds whoever asked for them, and disputes. A failed one that we never heard of moved nothing.';
