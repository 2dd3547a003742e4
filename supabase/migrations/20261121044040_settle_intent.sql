-- settle_checkout and settle_intent: from a re-fetched object to the state of the order, one way for both.

create function private.intent_problem(
    bought public.orders, due public.payments, account uuid, intent jsonb
)
returns text
language sql
stable
set search_path = ''
as $$
    select private.checkout_problem(bought, due, account, jsonb_build_object(
        'customer', intent -> 'customer', 'currency', intent -> 'currency',
        'metadata', intent -> 'metadata', 'amount_total', intent -> case intent ->> 'status'
            when 'succeeded' then 'amount_received' else 'amount'
        end
    ));
$$;
comment on function private.intent_problem is
'The same questions as for a session; what was received counts, not what was asked.';

create function private.note_intent(attempt public.payment_attempts, intent text)
returns void
language sql
set search_path = ''
as $$
    update public.payment_attempts as a
    set provider_intent_id = intent, status = case
        when a.kind = 'intent' and a.status = 'created' then 'open' else a.status end
    where a.id = attempt.id and a.provider_intent_id is null and intent is not null;
$$;
comment on function private.note_intent is
'The function may have died before it recorded the payment it had made; a page''s payment is made late.';

create or replace function private.checkout_outcome(account uuid, session jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    named text := session ->> 'client_reference_id';
    bought public.orders;
    due public.payments;
    attempt public.payment_attempts;
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
        return jsonb_build_object('outcome', 'mismatch', 'reason', problem, 'order_id', bought.id);
    end if;
    select * into attempt from public.payment_attempts as a
    where a.academy_id = due.academy_id and a.payment_id = due.id
        and (a.provider_session_id = session ->> 'id'
            or a.id::text = session #>> '{metadata,attempt_id}')
    order by a.provider_session_id is not distinct from session ->> 'id' desc limit 1;
    perform private.note_intent(attempt, session ->> 'payment_intent');
    return private.payment_outcome(bought, due, attempt, private.session_facts(session));
end;
$$;

create function private.intent_outcome(account uuid, intent jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    named text := intent #>> '{metadata,order_id}';
    bought public.orders;
    due public.payments;
    attempt public.payment_attempts;
    problem text;
    facts jsonb := private.intent_facts(intent);
begin
    if named is null then
        return jsonb_build_object('outcome', 'skipped', 'reason', 'not a payment of an order');
    end if;
    if pg_input_is_valid(named, 'uuid') then
        select * into bought from public.orders as o where o.id = named::uuid for update;
    end if;
    if bought.id is null then
        return jsonb_build_object('outcome', 'unknown_payment', 'reason', 'order');
    end if;
    select * into due from public.payments as p
    where p.order_id = bought.id order by p.installment_number limit 1 for update;
    problem := private.intent_problem(bought, due, account, intent);
    if problem is not null then
        return jsonb_build_object('outcome', 'mismatch', 'reason', problem, 'order_id', bought.id);
    end if;
    select * into attempt from public.payment_attempts as a
    where a.academy_id = due.academy_id and a.payment_id = due.id
        and a.id::text = intent #>> '{metadata,attempt_id}';
    perform private.note_intent(attempt, intent ->> 'id');
    if attempt.kind = 'checkout' and facts ->> 'state' in ('closed', 'failed') then
        -- A page's payment ends with its page: the session says what that means.
        return jsonb_build_object('outcome', 'skipped', 'order_id', bought.id, 'reason', 'of a page');
    end if;
    return private.payment_outcome(bought, due, attempt, facts);
end;
$$;
comment on function private.intent_outcome is
'For forms, and for the payments behind Checkout pages, which come to the same end as their session.';
