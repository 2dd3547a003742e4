-- What a try at paying means here, whichever object of the provider's told of it.

create function private.prolong_hold(bought public.orders, until timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
begin
    perform private.renew_hold(bought, until);
exception when sqlstate 'PT409' then
    return; -- the seat went while nobody had paid: if the money comes, it goes back
end;
$$;
comment on function private.prolong_hold is 'renew_hold, for a payment that is on its way already.';

create function private.money_came(
    bought public.orders, due public.payments, attempt public.payment_attempts, facts jsonb
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    intent text := facts ->> 'intent';
begin
    update public.payment_attempts
    set status = 'succeeded', error_code = null, error_message = null where id = attempt.id;
    if due.status = 'succeeded' and due.stripe_payment_intent_id is not distinct from intent then
        return jsonb_build_object('order_id', bought.id, 'outcome', 'already_fulfilled');
    end if;
    if due.status = 'succeeded' then
        if not exists (
            select 1 from public.refunds as r
            where r.provider_account_id = due.provider_account_id
                and r.payment_intent_id = intent and r.reason = 'paid_twice'
        ) then
            perform private.request_refund(due.id, due.amount, 'paid_twice', intent);
            perform private.audit(bought.academy_id, 'order.paid_twice', 'orders', bought.id);
        end if;
        return jsonb_build_object('order_id', bought.id, 'outcome', 'paid_twice');
    end if;
    -- Whoever left, or was shut out, while the money was on its way gets it back instead of access.
    if exists (
        select 1 from public.members as m
        where m.academy_id = bought.academy_id and m.user_id = bought.beneficiary_id
            and m.status = 'active'
    ) and private.seat_is_there(bought) then
        perform private.fulfil_order(bought.id, due.id, intent);
        update public.payments set method = facts ->> 'method'
        where id = due.id and facts ->> 'method' is not null;
        return jsonb_build_object('order_id', bought.id, 'outcome', 'fulfilled');
    end if;
    update public.payments set status = 'succeeded', paid_at = now(),
        method = coalesce(facts ->> 'method', 'card'), stripe_payment_intent_id = intent
    where id = due.id;
    update public.orders set status = 'paid', paid_at = now() where id = bought.id;
    update public.enrollments set status = 'cancelled', held_until = null
    where academy_id = bought.academy_id and order_id = bought.id and status = 'pending';
    perform private.audit(bought.academy_id, 'order.paid_without_seat', 'orders', bought.id);
    perform private.request_refund(due.id, null, 'no_seat');
    return jsonb_build_object('order_id', bought.id, 'outcome', 'no_seat');
end;
$$;
comment on function private.money_came is
'Once per payment: access, or the money back by itself where it came twice, too late for a seat, '
'or for somebody who is no member any more.';

create function private.payment_failed(
    bought public.orders, due public.payments, attempt public.payment_attempts, facts jsonb
)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
    update public.payment_attempts
    set status = 'failed', error_code = left(facts ->> 'error_code', 100),
        error_message = left(facts ->> 'error_message', 1000),
        asked_at = null  -- the sweeper asks once more, to close it
    where id = attempt.id and status in ('created', 'open', 'processing');
    if found and due.status <> 'succeeded' then
        update public.payments set status = 'failed' where id = due.id;
        perform private.expire_order(bought.id, 'failed');
        perform private.queue_email(
            bought.academy_id, bought.buyer_id, 'payment_failed',
            jsonb_build_object('order_id', bought.id), 'payment_failed:' || attempt.id
        );
    end if;
    return jsonb_build_object('order_id', bought.id, 'outcome', 'failed');
end;
$$;
comment on function private.payment_failed is
'A method that takes days said no: the seat goes back, and the buyer, who has long left, is written to.';

create function private.payment_outcome(
    bought public.orders, due public.payments, attempt public.payment_attempts, facts jsonb
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    state text := facts ->> 'state';
begin
    if state = 'paid' then
        return private.money_came(bought, due, attempt, facts);
    elsif state = 'failed' then
        return private.payment_failed(bought, due, attempt, facts);
    elsif state = 'processing' then
        if attempt.status in ('created', 'open', 'expired') and not exists (
            select 1 from public.payment_attempts as other
            where other.academy_id = due.academy_id and other.payment_id = due.id
                and other.status = 'processing'
        ) then
            -- What replaced it a moment too late gives way: the sweeper closes it.
            update public.payment_attempts set status = 'expired'
            where academy_id = due.academy_id and payment_id = due.id and id <> attempt.id
                and status in ('created', 'open');
            update public.payment_attempts
            set status = 'processing', error_code = null, error_message = null
            where id = attempt.id;
            if bought.status = 'pending' then
                perform private.prolong_hold(bought, now() + interval '15 days');
            end if;
        end if;
    elsif state = 'closed' then
        update public.payment_attempts set status = 'expired'
        where id = attempt.id and status in ('open', 'processing');
        -- A page we replaced takes nothing with it: the next may be one more try away.
        if found then
            perform private.expire_order(bought.id);
        end if;
        return jsonb_build_object('order_id', bought.id, 'outcome', 'expired');
    else
        update public.payment_attempts
        set error_code = left(facts ->> 'error_code', 100),
            error_message = left(facts ->> 'error_message', 1000)
        where id = attempt.id and status = 'open';
    end if;
    return jsonb_build_object('order_id', bought.id, 'outcome', state);
end;
$$;
comment on function private.payment_outcome is
'States: paid processing failed closed declined action_needed unpaid. Money that came is never undone '
'by a later word; the order''s row is locked by the caller.';
