-- Asking for a refund: the row, its key and its job in the transaction that makes it due.

create function private.open_refund(
    paid public.payments, intent text, amount bigint, reason text, line uuid default null,
    ends_access boolean default false, note text default null, request_key text default null
)
returns public.refunds
language plpgsql
set search_path = ''
as $$
declare
    asked public.refunds;
    going bigint := (
        select coalesce(sum(r.amount), 0) from public.refunds as r
        where r.provider_account_id = paid.provider_account_id and r.payment_intent_id = intent
            and r.status in ('pending', 'succeeded')
    );
begin
    if private.is_disputed(paid.provider_account_id, intent) then
        perform private.fail(
            409, 'order_is_disputed', 'Ce paiement est contesté auprès de la banque.',
            'The bank holds the money or took it; answer the dispute at the provider instead.'
        );
    end if;
    if intent is null or paid.amount <= going then
        perform private.fail(
            409, 'nothing_to_refund', 'Il n''y a plus rien à rembourser.',
            'All that was paid has gone back, or is on its way.'
        );
    end if;
    if amount > paid.amount - going then
        perform private.fail(
            422, 'amount_too_large', 'Ce montant dépasse ce qui reste à rembourser.',
            format('At most %s is left.', paid.amount - going)
        );
    end if;
    insert into public.refunds (
        academy_id, payment_id, order_line_id, provider_account_id, payment_intent_id, amount,
        currency, reason, revoke_access, note, request_key, requested_by
    )
    select paid.academy_id, paid.id, line, paid.provider_account_id, intent,
        coalesce(open_refund.amount, paid.amount - going), paid.currency, open_refund.reason,
        ends_access, open_refund.note, open_refund.request_key, (
            select m.user_id from public.members as m
            where m.academy_id = paid.academy_id and m.user_id = (select auth.uid())
        )
    returning * into asked;
    perform private.enqueue(
        'refunds', jsonb_build_object('refund_id', asked.id), 'refund:' || asked.id
    );
    perform private.audit(
        paid.academy_id, 'refund.requested', 'refunds', asked.id, jsonb_build_object(
            'order_id', paid.order_id, 'amount', asked.amount, 'reason', asked.reason
        )
    );
    return asked;
end;
$$;
comment on function private.open_refund is
'One refund of one payment''s money. The caller has locked the order and the payment.';

create function private.request_refund(
    payment uuid, amount bigint, reason text, payment_intent text default null
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    paid public.payments;
    bought public.orders;
    intent text;
    asked public.refunds;
begin
    -- Everywhere the same order of locks: order, payment, enrolment, cohort.
    select o.* into bought from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    where p.id = payment for update of o;
    select * into paid from public.payments as p where p.id = payment for update;
    intent := coalesce(payment_intent, paid.stripe_payment_intent_id);
    select * into asked from public.refunds as r
    where r.provider_account_id = paid.provider_account_id and r.payment_intent_id = intent
        and r.reason = request_refund.reason
    order by r.created_at desc limit 1;
    if asked.id is not null or private.is_disputed(paid.provider_account_id, intent) then
        return asked.id;
    end if;
    asked := private.open_refund(paid, intent, request_refund.amount, request_refund.reason);
    if asked.reason in ('no_seat', 'paid_twice') then
        perform private.queue_email(
            bought.academy_id, bought.buyer_id,
            case asked.reason
                when 'no_seat' then 'place_lost_refunded' else 'paid_twice_refunded'
            end,
            jsonb_build_object('refund_id', asked.id), 'refund_requested:' || asked.id
        );
    end if;
    return asked.id;
end;
$$;
comment on function private.request_refund is
'A rule of ours gives money back: no amount means all that is left, payment_intent is for money that '
'came a second time. Asked twice for the same intent and reason: the same refund. Null: the bank has '
'the money already.';
