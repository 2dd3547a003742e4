-- The refunds worker's door, and the webhook's: what to ask for, what came of it.

create function private.refund_to_make(wanted uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    due public.refunds;
begin
    select * into due from public.refunds as r where r.id = wanted for no key update;
    if due.id is null or due.status <> 'pending' then
        return null;
    end if;
    update public.refunds set asked_at = now() where id = due.id and asked_at is null;
    return jsonb_build_object(
        'id', due.id, 'provider_refund_id', due.provider_refund_id, 'payment_intent', due.payment_intent_id, 'amount', due.amount,
        'reason', due.reason, 'idempotency_key', due.idempotency_key,
        'asked_before', due.asked_at is not null,
        'account', private.account_facts(due.provider_account_id)
    );
end;
$$;
comment on function private.refund_to_make is
'What to ask the provider for, or about where the provider has made it; whether it was asked before; '
'null: nothing to do. Definer: refunds are DB-owned.';

create function private.record_refund(refund uuid, shown jsonb)
returns jsonb
language sql
security definer
set search_path = ''
as $$
    select private.take_refund(r.provider_account_id, shown) from public.refunds as r where r.id = refund;
$$;
comment on function private.record_refund is 'Definer: decides states of orders, access and mails.';

create function private.fail_refund(refund uuid, code text, message text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    bought public.orders;
    failed public.refunds;
begin
    select o.* into bought from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    inner join public.refunds as r on p.academy_id = r.academy_id and p.id = r.payment_id
    where r.id = refund for update of o;
    update public.refunds as r
    set status = 'failed', settled_at = now(), failure_code = left(code, 100),
        failure_message = left(message, 1000)
    where r.id = refund and r.status = 'pending' and r.provider_refund_id is null
    returning r.* into failed;
    if failed.id is not null then
        perform private.refund_changed(failed, bought);
    end if;
end;
$$;
comment on function private.fail_refund is
'Only for a refusal that is final: after a time-out the refund waits, to be asked for again. '
'Definer: refunds are DB-owned.';

create function private.settle_refunds(event uuid, shown jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    kept private.webhook_events;
    each jsonb;
    taken jsonb;
    result jsonb := '{"outcome": "skipped", "reason": "no refund"}';
begin
    select * into kept from private.webhook_events as w where w.id = event for update;
    if kept.id is null then
        perform private.fail(404, 'webhook_not_found', 'This webhook event was never received.');
    end if;
    if kept.processed_at is not null then
        return jsonb_build_object('outcome', kept.outcome, 'reason', kept.error, 'repeated', true);
    end if;
    for each in select e.refund from jsonb_array_elements(shown) with ordinality as e (refund, n) order by e.n
    loop
        taken := private.take_refund(kept.provider_account_id, each);
        if result ->> 'outcome' <> 'mismatch' then
            result := taken;
        end if;
        exit when taken ->> 'outcome' = 'not_settled_yet';
    end loop;
    if result ->> 'outcome' <> 'not_settled_yet' then
        perform private.close_webhook(event, result ->> 'outcome', result ->> 'reason');
    end if;
    return result;
end;
$$;
comment on function private.settle_refunds is
'An event of the provider''s about refunds, worked off once; it stays open while the payment itself '
'is not settled. Definer: decides states of orders, access and mails.';

create function worker.refund_to_make(refund_id uuid)
returns jsonb
language sql
set search_path = ''
as $$ select private.refund_to_make(refund_id); $$;
comment on function worker.refund_to_make is
'{id, provider_refund_id, payment_intent, amount, reason, idempotency_key, asked_before, account}, or '
'null where there is nothing to do.';

create function worker.record_refund(refund_id uuid, refund jsonb)
returns jsonb
language sql
set search_path = ''
as $$ select private.record_refund(refund_id, refund); $$;
comment on function worker.record_refund is
'A refund of this payment''s as the provider shows it; returns {outcome, order_id, refund_id}.';

create function worker.fail_refund(refund_id uuid, code text, message text)
returns void
language sql
set search_path = ''
as $$ select private.fail_refund(refund_id, code, message); $$;
comment on function worker.fail_refund is 'The provider refused a refund for good.';

create function worker.settle_refunds(webhook_event_id uuid, refunds jsonb)
returns jsonb
language sql
set search_path = ''
as $$ select private.settle_refunds(webhook_event_id, refunds); $$;
comment on function worker.settle_refunds is
'Applies refunds as re-fetched from Stripe; returns {outcome, order_id, reason}. Outcomes: '
'refund_pending refund_succeeded refund_failed refund_cancelled mismatch not_ours not_settled_yet.';

grant execute on function
private.refund_to_make, private.record_refund, private.fail_refund, private.settle_refunds,
worker.refund_to_make, worker.record_refund, worker.fail_refund, worker.settle_refunds
to service_role;
