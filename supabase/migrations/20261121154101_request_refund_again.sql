-- A refund that failed gave nothing back: a rule that asks for the money again gets another.

create or replace function private.request_refund(
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
        and (r.status in ('pending', 'succeeded') or r.reason in ('no_seat', 'paid_twice'))
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
'A rule of ours gives money back: no amount means all that is left, payment_intent is for money '
'that came a second time. Asked twice for the same intent and reason: the same refund, '
'unless that failed; of no_seat and paid_twice there is only ever one. Null: the bank has the '
'money already.';
