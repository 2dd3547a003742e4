-- What may be paid, and with which attempt: one rule for pages and forms.

create function private.order_to_pay(the_order uuid, buyer uuid)
returns public.orders
language plpgsql
set search_path = ''
as $$
declare
    bought public.orders;
begin
    select * into bought from public.orders as o
    where o.id = the_order and o.buyer_id = buyer for update;
    if bought.id is null or not exists (
        select 1 from public.members as m
        where m.academy_id = bought.academy_id and m.user_id = buyer and m.status = 'active'
    ) then
        perform private.fail(404, 'order_not_found', 'Cette commande n''existe pas.');
    end if;
    if bought.status <> 'pending' then
        perform private.fail(
            409, 'order_is_' || bought.status, 'Cette commande ne peut plus être payée.',
            'Create a new order.'
        );
    end if;
    if exists (
        select 1 from public.payment_attempts as a
        inner join public.payments as p on a.academy_id = p.academy_id and a.payment_id = p.id
        where p.order_id = bought.id and a.status = 'processing'
    ) then
        perform private.fail(
            409, 'payment_in_progress', 'Votre paiement est en cours de traitement par la banque.',
            'Ask payment-status; the answer of some methods takes days.'
        );
    end if;
    return bought;
end;
$$;
comment on function private.order_to_pay is
'The buyer''s own pending order, locked: its row is what two requests at once take turns on.';

create function private.new_attempt(
    bought public.orders, due public.payments, kind text, success_url text, cancel_url text
)
returns public.payment_attempts
language plpgsql
set search_path = ''
as $$
declare
    made public.payment_attempts;
    closes timestamptz := date_trunc('second', now()) + interval '35 minutes';
begin
    if (
        select count(*) from public.payment_attempts as a
        where a.academy_id = due.academy_id and a.payment_id = due.id
            and a.created_at > now() - interval '10 minutes'
    ) >= 10 then
        perform private.fail(
            429, 'too_many_attempts', 'Trop d''essais en peu de temps.', 'Try again in ten minutes.'
        );
    end if;
    update public.payment_attempts set status = 'expired'
    where academy_id = due.academy_id and payment_id = due.id and status in ('created', 'open');
    perform private.renew_hold(bought, closes + interval '5 minutes');
    insert into public.payment_attempts
    (academy_id, payment_id, kind, idempotency_key, success_url, cancel_url, expires_at)
    values (
        due.academy_id, due.id, new_attempt.kind, new_attempt.kind || ':' || gen_random_uuid(),
        new_attempt.success_url, new_attempt.cancel_url, closes
    )
    returning * into made;
    return made;
end;
$$;
comment on function private.new_attempt is
'Replaces what was payable, of either kind, and keeps the seat until the new one closes.';

create function private.attempts_to_close(bought public.orders, account uuid, kept uuid)
returns setof public.payment_attempts
language sql
stable
set search_path = ''
as $$
    select a.*
    from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    inner join public.payment_attempts as a on p.academy_id = a.academy_id and p.id = a.payment_id
    where o.academy_id = bought.academy_id and o.buyer_id = bought.buyer_id
        and p.provider_account_id = account and a.id <> kept
        and ((o.id = bought.id and a.status = 'expired')
            or (o.status = 'cancelled' and a.status in ('open', 'expired')))
        -- A page closes by itself, a form does not: the sweeper cancels what is older than a day.
        and a.expires_at > now() - case a.kind when 'intent' then interval '1 day' else '0' end;
$$;
comment on function private.attempts_to_close is
'What a new attempt replaces and somebody could still pay. An order given up for this one (another '
'session of the course) has its page open still.';

create function private.attempt_facts(bought public.orders, due public.payments, attempt uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'attempt_id', a.id, 'idempotency_key', a.idempotency_key, 'kind', a.kind,
        'url', a.url, 'session_id', a.provider_session_id, 'intent_id', a.provider_intent_id,
        'expires_at', extract(epoch from a.expires_at)::bigint,
        'success_url', a.success_url, 'cancel_url', a.cancel_url,
        'sessions_to_close', (
            select coalesce(jsonb_agg(c.provider_session_id), '[]')
            from private.attempts_to_close(bought, due.provider_account_id, a.id) as c
            where c.kind = 'checkout' and c.provider_session_id is not null
        ),
        'intents_to_close', (
            select coalesce(jsonb_agg(c.provider_intent_id), '[]')
            from private.attempts_to_close(bought, due.provider_account_id, a.id) as c
            where c.kind = 'intent' and c.provider_intent_id is not null
        ),
        'order_id', bought.id, 'academy_id', bought.academy_id, 'reference', bought.reference,
        'currency', due.currency, 'amount', due.amount, 'locale', academy.locale,
        'account', private.account_facts(due.provider_account_id),
        -- The attempt's own: an error under a key of the buyer's would be the answer for a day.
        'customer_idempotency_key', 'customer:' || bought.buyer_id || ':' || a.id,
        'customer_id', (
            select c.customer_id from public.billing_customers as c
            where c.academy_id = due.academy_id and c.user_id = bought.buyer_id
                and c.provider_account_id = due.provider_account_id
        ),
        'customer', (
            select jsonb_build_object('email', d.email, 'name', p.full_name)
            from public.profiles as p
            inner join public.profile_details as d on p.id = d.user_id where p.id = bought.buyer_id
        ),
        'lines', (
            select jsonb_agg(jsonb_build_object(
                'name', l.title, 'quantity', l.quantity, 'unit_amount', l.unit_amount
            ) order by l.created_at)
            from public.order_lines as l
            where l.academy_id = bought.academy_id and l.order_id = bought.id
        )
    )
    from public.payment_attempts as a
    inner join public.academies as academy on a.academy_id = academy.id
    where a.id = attempt;
$$;
comment on function private.attempt_facts is
'All that the provider is asked for, word for word at every try.';
