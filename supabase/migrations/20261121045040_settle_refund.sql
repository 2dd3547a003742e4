-- settle_refund: what the provider says of a refund, whoever made it, becomes what we know of it.

create function private.refund_of(account uuid, shown jsonb)
returns public.refunds
language plpgsql
set search_path = ''
as $$
declare
    ours public.refunds;
    named text := shown #>> '{metadata,refund_id}';
begin
    select * into ours from public.refunds as r
    where r.provider_account_id = account and r.provider_refund_id = shown ->> 'id' for update;
    if ours.id is null and pg_input_is_valid(named, 'uuid') then
        select * into ours from public.refunds as r
        where r.id = named::uuid and r.provider_account_id = account
            and r.payment_intent_id = shown ->> 'payment_intent' and r.provider_refund_id is null
        for update;
    end if;
    return ours;
end;
$$;
comment on function private.refund_of is
'Our row of a refund at the provider: by its id, or by ours in its metadata while none is known.';

create function private.refund_changed(back public.refunds, bought public.orders)
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform private.audit(
        back.academy_id, 'refund.' || back.status, 'refunds', back.id, jsonb_build_object(
            'order_id', bought.id, 'amount', back.amount, 'code', back.failure_code
        )
    );
    perform private.follow_money(bought.id);
    if back.status = 'succeeded' and back.reason not in ('no_seat', 'paid_twice') then
        perform private.queue_email(
            back.academy_id, bought.buyer_id, 'refund_confirmed',
            jsonb_build_object('refund_id', back.id), 'refund_confirmed:' || back.id
        );
    elsif back.status = 'failed' then
        perform private.tell_admins(
            back.academy_id, 'refund_failed', jsonb_build_object('refund_id', back.id),
            'refund_failed:' || back.id
        );
    end if;
end;
$$;
comment on function private.refund_changed is
'A refund has another status: log, order, access and mails follow. Who was told at once that money '
'comes back (no_seat, paid_twice) is not told again.';

create function private.take_refund(account uuid, shown jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    intent text := shown ->> 'payment_intent';
    paid public.payments;
    bought public.orders;
    ours public.refunds;
    before text;
    became text := case shown ->> 'status'
        when 'succeeded' then 'succeeded' when 'failed' then 'failed'
        when 'canceled' then 'cancelled' else 'pending'
    end;
    is_lost boolean := became in ('failed', 'cancelled');
begin
    paid.id := private.money_of(account, intent, shown ->> 'attempt_id');
    if paid.id is null then
        return jsonb_build_object('outcome', 'not_ours', 'reason', 'payment');
    end if;
    select o.* into bought from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    where p.id = paid.id for update of o;
    select * into paid from public.payments as p where p.id = paid.id for update;
    if paid.stripe_payment_intent_id is distinct from intent and not exists (
        select 1 from public.refunds as r
        where r.provider_account_id = account and r.payment_intent_id = intent
    ) then
        return private.unsettled(account, intent, shown ->> 'attempt_id', bought.id);
    end if;

    ours := private.refund_of(account, shown);
    if ours.id is not null and (
        ours.amount <> (shown ->> 'amount')::bigint or ours.currency <> upper(shown ->> 'currency')
    ) then
        return jsonb_build_object(
            'outcome', 'mismatch', 'reason', 'refund amount', 'order_id', bought.id
        );
    end if;
    before := coalesce(ours.status, 'pending');
    -- As pending first, so that whatever follows a refund's success follows this one's, too.
    if ours.id is null then
        insert into public.refunds (
            academy_id, payment_id, provider_account_id, payment_intent_id, amount, currency, reason,
            asked_at, provider_refund_id, status, settled_at
        )
        select paid.academy_id, paid.id, account, intent, (shown ->> 'amount')::bigint,
            upper(shown ->> 'currency'), 'dashboard', now(), shown ->> 'id',
            case when is_lost then became else 'pending' end, case when is_lost then now() end
        returning * into ours;
    end if;
    -- A slower worker may bring an older answer; a refund goes on, never back to waiting.
    if ours.provider_refund_id is null or (before = 'pending' and became <> 'pending')
        or (before = 'succeeded' and is_lost) then
        update public.refunds set provider_refund_id = shown ->> 'id', status = became,
            failure_code = left(shown ->> 'failure_reason', 100),
            settled_at = case when became <> 'pending' then now() end
        where id = ours.id returning * into ours;
    end if;
    if ours.status <> before then
        perform private.refund_changed(ours, bought);
    end if;
    return jsonb_build_object(
        'outcome', 'refund_' || ours.status, 'order_id', bought.id, 'refund_id', ours.id
    );
end;
$$;
comment on function private.take_refund is
'One refund as the provider shows it now. One that nobody here asked for is recorded, too: the money is '
'gone all the same. not_settled_yet: its payment''s own event comes first.';
