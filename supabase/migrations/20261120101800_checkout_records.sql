-- What a function records of a checkout, and the worker's door to it.

create function private.record_customer(account uuid, person uuid, customer text)
returns void
language sql
security definer
set search_path = ''
as $$
    insert into public.billing_customers (academy_id, user_id, provider_account_id, customer_id)
    select p.academy_id, person, p.id, customer
    from private.provider_accounts as p where p.id = account
    on conflict do nothing;
$$;
comment on function private.record_customer is
'The first customer id wins: the provider was asked under one idempotency key. Definer: DB-owned.';

create function private.record_checkout(
    attempt uuid, session text, page text, closes_at timestamptz
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    update public.payment_attempts
    set status = 'open', provider_session_id = session, url = page, expires_at = closes_at
    where id = attempt and status in ('created', 'open');
    if not found then
        perform private.fail(
            409, 'attempt_is_closed', 'Cette page de paiement a été remplacée.', 'Ask for a new one.'
        );
    end if;
end;
$$;
comment on function private.record_checkout is
'Stores the page the provider gave. Definer: attempts are DB-owned.';

create function private.fail_attempt(attempt uuid, code text, message text)
returns void
language sql
security definer
set search_path = ''
as $$
    update public.payment_attempts
    set status = 'failed', error_code = left(code, 100), error_message = left(message, 1000)
    where id = attempt and status = 'created';
$$;
comment on function private.fail_attempt is
'Only for a refusal that is final: after a time-out the attempt stays, to be asked again. '
'Definer: attempts are DB-owned.';

create function worker.checkout_attempt(
    order_id uuid, user_id uuid, success_url text, cancel_url text
)
returns jsonb
language sql
set search_path = ''
as $$ select private.checkout_attempt(order_id, user_id, success_url, cancel_url); $$;
comment on function worker.checkout_attempt is
'The attempt to open a payment page with. user_id is the caller the function has verified.';

create function worker.record_customer(account_id uuid, user_id uuid, customer_id text)
returns void
language sql
set search_path = ''
as $$ select private.record_customer(account_id, user_id, customer_id); $$;
comment on function worker.record_customer is 'Keeps the provider''s id of a buyer.';

create function worker.record_checkout(
    attempt_id uuid, session_id text, url text, expires_at timestamptz
)
returns void
language sql
set search_path = ''
as $$ select private.record_checkout(attempt_id, session_id, url, expires_at); $$;
comment on function worker.record_checkout is 'Keeps the payment page of an attempt.';

create function worker.fail_attempt(attempt_id uuid, code text, message text)
returns void
language sql
set search_path = ''
as $$ select private.fail_attempt(attempt_id, code, message); $$;
comment on function worker.fail_attempt is 'Closes an attempt the provider refused for good.';

grant execute on function
private.checkout_attempt, private.record_customer, private.record_checkout, private.fail_attempt,
worker.checkout_attempt, worker.record_customer, worker.record_checkout, worker.fail_attempt
to service_role;
