-- The payments worker's door for intents: the outcome and the closed event in one transaction.

create function private.settle_intent(event uuid, intent jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    kept private.webhook_events;
    result jsonb;
begin
    select * into kept from private.webhook_events as w where w.id = event for update;
    if kept.id is null then
        perform private.fail(404, 'webhook_not_found', 'This webhook event was never received.');
    end if;
    if kept.processed_at is not null then
        return jsonb_build_object('outcome', kept.outcome, 'reason', kept.error, 'repeated', true);
    end if;
    result := private.intent_outcome(kept.provider_account_id, intent);
    perform private.close_webhook(event, result ->> 'outcome', result ->> 'reason');
    return result;
end;
$$;
comment on function private.settle_intent is
'Definer: decides the state of orders, payments, access and mails for the payments worker.';

create function worker.settle_intent(webhook_event_id uuid, intent jsonb)
returns jsonb
language sql
set search_path = ''
as $$ select private.settle_intent(webhook_event_id, intent); $$;
comment on function worker.settle_intent is
'Applies a payment as re-fetched from Stripe; returns {outcome, order_id, reason}. Outcomes: fulfilled '
'already_fulfilled paid_twice no_seat processing failed declined action_needed unpaid expired skipped '
'mismatch unknown_payment.';
comment on function worker.settle_checkout is
'Applies a session as re-fetched from Stripe; returns {outcome, order_id, reason}. Outcomes: those of '
'settle_intent, with unknown_session for unknown_payment.';
grant execute on function private.settle_intent, worker.settle_intent to service_role;

create function private.mail_facts_payment_failed(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'order_reference', o.reference, 'amount', o.total_amount, 'currency', o.currency,
        'lines', (
            select jsonb_agg(jsonb_build_object(
                'title', l.title, 'quantity', l.quantity, 'amount', l.total_amount
            ) order by l.created_at, l.id)
            from public.order_lines as l
            where l.academy_id = o.academy_id and l.order_id = o.id
        )
    )
    from public.orders as o
    where o.academy_id = email.academy_id and o.id = (email.refs ->> 'order_id')::uuid
        and o.status = 'failed';
$$;
comment on function private.mail_facts_payment_failed is
'Null once the money has come after all: then there is nothing to tell.';
