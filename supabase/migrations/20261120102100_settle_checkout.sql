-- settle_checkout: from a re-fetched Checkout Session to the state of the order.

create function private.expire_order(bought uuid, as_status text default 'expired')
returns void
language plpgsql
set search_path = ''
as $$
declare
    closed public.orders;
begin
    update public.orders set status = as_status where id = bought and status = 'pending'
    returning * into closed;
    if closed.id is not null then
        update public.payments set status = 'cancelled' where order_id = bought and status = 'pending';
        update public.enrollments set status = 'cancelled', held_until = null
        where academy_id = closed.academy_id and order_id = bought and status = 'pending';
        perform private.audit(closed.academy_id, 'order.' || as_status, 'orders', bought);
    end if;
end;
$$;
comment on function private.expire_order is 'Gives the seats of an order nobody paid back.';

create function private.checkout_outcome(account uuid, session jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    named text := session ->> 'client_reference_id';
    bought public.orders;
    due public.payments;
    problem text;
begin
    if pg_input_is_valid(named, 'uuid') then
        select * into bought from public.orders as o where o.id = named::uuid for update;
    end if;
    if bought.id is null then
        return jsonb_build_object('outcome', 'unknown_session', 'reason', 'order');
    end if;
    select * into due from public.payments as p
    where p.order_id = bought.id order by p.installment_number limit 1 for update;
    problem := private.checkout_problem(bought, due, account, session);
    if problem is not null then
        return jsonb_build_object(
            'outcome', 'mismatch', 'reason', problem, 'order_id', bought.id
        );
    end if;

    if session ->> 'payment_status' = 'paid' then
        update public.payment_attempts set status = 'succeeded'
        where academy_id = due.academy_id and payment_id = due.id
            and (provider_session_id = session ->> 'id'
                or id::text = session #>> '{metadata,attempt_id}');
        if due.status = 'succeeded' then
            return jsonb_build_object('order_id', bought.id, 'outcome', case
                when due.stripe_payment_intent_id = session ->> 'payment_intent'
                    then 'already_fulfilled' else 'paid_twice' end);
        end if;
        if not private.seat_is_there(bought) then
            update public.payments set status = 'succeeded', paid_at = now(), method = 'card',
                stripe_payment_intent_id = session ->> 'payment_intent' where id = due.id;
            update public.orders set status = 'paid', paid_at = now() where id = bought.id;
            update public.enrollments set status = 'cancelled', held_until = null
            where academy_id = bought.academy_id and order_id = bought.id and status = 'pending';
            perform private.audit(bought.academy_id, 'order.paid_without_seat', 'orders', bought.id);
            return jsonb_build_object('order_id', bought.id, 'outcome', 'no_seat');
        end if;
        perform private.fulfil_order(bought.id, due.id, session ->> 'payment_intent');
        return jsonb_build_object('order_id', bought.id, 'outcome', 'fulfilled');
    end if;

    if session ->> 'status' = 'expired' then
        update public.payment_attempts set status = 'expired'
        where academy_id = due.academy_id and payment_id = due.id
            and provider_session_id = session ->> 'id' and status = 'open';
        -- A page we replaced takes nothing with it: the next may be one more try away.
        if found then
            perform private.expire_order(bought.id);
        end if;
        return jsonb_build_object('order_id', bought.id, 'outcome', 'expired');
    end if;
    return jsonb_build_object('order_id', bought.id, 'outcome', 'unpaid');
end;
$$;
comment on function private.checkout_outcome is
'The order''s row is the lock: two workers with two events of one session take turns here.';

create function private.settle_checkout(event uuid, session jsonb)
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
    result := private.checkout_outcome(kept.provider_account_id, session);
    perform private.close_webhook(event, result ->> 'outcome', result ->> 'reason');
    return result;
end;
$$;
comment on function private.settle_checkout is
'Definer: decides the state of orders, payments, access and mails for the payments worker.';

create function worker.settle_checkout(webhook_event_id uuid, session jsonb)
returns jsonb
language sql
set search_path = ''
as $$ select private.settle_checkout(webhook_event_id, session); $$;
comment on function worker.settle_checkout is
'Applies a session as re-fetched from Stripe; returns {outcome, order_id, reason}. Outcomes: '
'fulfilled already_fulfilled paid_twice no_seat expired unpaid mismatch unknown_session.';
grant execute on function private.settle_checkout, worker.settle_checkout to service_role;
