-- Opening a page or a form: the one that is there already, or the attempt to make one with.

create or replace function private.checkout_attempt(
    the_order uuid, buyer uuid, success_url text, cancel_url text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    bought public.orders := private.order_to_pay(the_order, buyer);
    academy public.academies;
    due public.payments;
    attempt public.payment_attempts;
begin
    select * into academy from public.academies where id = bought.academy_id;
    perform private.check_return_url(academy, success_url);
    perform private.check_return_url(academy, cancel_url);
    select * into due from public.payments as p
    where p.order_id = bought.id and p.status = 'pending' order by p.installment_number limit 1;
    select * into attempt from public.payment_attempts as a
    where a.academy_id = due.academy_id and a.payment_id = due.id and a.kind = 'checkout'
        and a.status in ('created', 'open') and a.success_url = checkout_attempt.success_url
        and a.cancel_url = checkout_attempt.cancel_url
        and a.expires_at > now() + interval '31 minutes' - (a.status = 'open')::int * interval '30 minutes';
    if attempt.id is null then
        attempt := private.new_attempt(bought, due, 'checkout', success_url, cancel_url);
    end if;
    return private.attempt_facts(bought, due, attempt.id);
end;
$$;

create function private.intent_attempt(the_order uuid, buyer uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    bought public.orders := private.order_to_pay(the_order, buyer);
    due public.payments;
    attempt public.payment_attempts;
begin
    select * into due from public.payments as p
    where p.order_id = bought.id and p.status = 'pending' order by p.installment_number limit 1;
    select * into attempt from public.payment_attempts as a
    where a.academy_id = due.academy_id and a.payment_id = due.id and a.kind = 'intent'
        and a.status in ('created', 'open') and a.expires_at > now() + interval '1 minute';
    if attempt.id is null then
        attempt := private.new_attempt(bought, due, 'intent', null, null);
    end if;
    return private.attempt_facts(bought, due, attempt.id);
end;
$$;
comment on function private.intent_attempt is
'As checkout_attempt, for a form of the academy''s own. Definer: attempts are DB-owned.';

create function private.record_intent(attempt uuid, intent text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.payment_attempts set status = 'open', provider_intent_id = intent
    where id = attempt and kind = 'intent' and status in ('created', 'open');
    if not found then
        perform private.fail(
            409, 'attempt_is_closed', 'Ce paiement a été remplacé.', 'Ask for a new one.'
        );
    end if;
end;
$$;
comment on function private.record_intent is
'Stores the payment the provider gave. Definer: attempts are DB-owned.';

create function worker.intent_attempt(order_id uuid, user_id uuid)
returns jsonb
language sql
set search_path = ''
as $$ select private.intent_attempt(order_id, user_id); $$;
comment on function worker.intent_attempt is
'The attempt to make a payment with. user_id is the caller the function has verified.';

create function worker.record_intent(attempt_id uuid, intent_id text)
returns void
language sql
set search_path = ''
as $$ select private.record_intent(attempt_id, intent_id); $$;
comment on function worker.record_intent is 'Keeps the provider''s payment of an attempt.';

grant execute on function
private.intent_attempt, private.record_intent, worker.intent_attempt, worker.record_intent
to service_role;

drop function worker.record_customer;
drop function private.record_customer;

create function private.record_customer(account uuid, person uuid, customer text)
returns text
language sql
security definer
set search_path = ''
as $$
    insert into public.billing_customers (academy_id, user_id, provider_account_id, customer_id)
    select p.academy_id, person, p.id, customer
    from private.provider_accounts as p where p.id = account
    on conflict do nothing;
    select c.customer_id from private.provider_accounts as p
    inner join public.billing_customers as c
        on p.academy_id = c.academy_id and p.id = c.provider_account_id
    where p.id = account and c.user_id = person;
$$;
comment on function private.record_customer is
'The first customer id wins, and is the answer: two attempts at once make two at the provider. Definer: '
'DB-owned.';

create function worker.record_customer(account_id uuid, user_id uuid, customer_id text)
returns text
language sql
set search_path = ''
as $$ select private.record_customer(account_id, user_id, customer_id); $$;
comment on function worker.record_customer is
'Keeps the provider''s id of a buyer, and returns the one that is kept.';
grant execute on function private.record_customer, worker.record_customer to service_role;
