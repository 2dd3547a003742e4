-- Checkout: a payable page at the provider. The attempt and its idempotency key are stored before the call.

create function private.check_return_url(academy public.academies, url text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
    host text := lower(substring(url from '^https?://([^/?#\\@\s]+)(?:[/?#]|$)'));
begin
    if host is null or not host = any(academy.allowed_return_hosts) or length(url) > 2000
        or url ~ '[[:space:][:cntrl:]]'
        or (url !~ '^https://' and host !~ '^(localhost|127\.0\.0\.1)(:\d+)?$') then
        perform private.fail(
            422, 'return_url_not_allowed', 'L''adresse de retour n''est pas celle de l''académie.',
            'Add the host to academies.allowed_return_hosts; https, except on localhost.'
        );
    end if;
end;
$$;
comment on function private.check_return_url is
'A payment page sends people only to the academy''s own sites: no open redirect through us.';

create function private.checkout_attempt(
    the_order uuid, buyer uuid, success_url text, cancel_url text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    bought public.orders;
    academy public.academies;
    due public.payments;
    attempt public.payment_attempts;
    page_closes timestamptz := date_trunc('second', now()) + interval '35 minutes';
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
    select * into academy from public.academies where id = bought.academy_id;
    perform private.check_return_url(academy, success_url);
    perform private.check_return_url(academy, cancel_url);
    select * into due from public.payments as p
    where p.order_id = bought.id and p.status = 'pending' order by p.installment_number limit 1;

    select * into attempt from public.payment_attempts as a
    where a.academy_id = due.academy_id and a.payment_id = due.id
        and a.status in ('created', 'open') and a.success_url = checkout_attempt.success_url
        and a.cancel_url = checkout_attempt.cancel_url
        and a.expires_at > now() + interval '31 minutes' - (a.status = 'open')::int * interval '30 minutes';
    if attempt.id is null then
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
        where academy_id = due.academy_id and payment_id = due.id
            and status in ('created', 'open');
        perform private.renew_hold(bought, page_closes + interval '5 minutes');
        insert into public.payment_attempts
        (academy_id, payment_id, idempotency_key, success_url, cancel_url, expires_at)
        values (
            due.academy_id, due.id, 'checkout:' || gen_random_uuid(), success_url, cancel_url, page_closes
        )
        returning * into attempt;
    end if;

    return jsonb_build_object(
        'attempt_id', attempt.id, 'idempotency_key', attempt.idempotency_key,
        'url', attempt.url, 'session_id', attempt.provider_session_id,
        'expires_at', extract(epoch from attempt.expires_at)::bigint,
        'success_url', attempt.success_url, 'cancel_url', attempt.cancel_url,
        -- Pages this one replaces, until they close by themselves: a payable one could be paid too.
        -- An order given up for this one (another session of the course) has its page open still.
        'sessions_to_close', (
            select coalesce(jsonb_agg(a.provider_session_id), '[]')
            from public.orders as o
            inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
            inner join public.payment_attempts as a
                on p.academy_id = a.academy_id and p.id = a.payment_id
            where o.academy_id = bought.academy_id and o.buyer_id = buyer
                and p.provider_account_id = due.provider_account_id
                and ((o.id = bought.id and a.status = 'expired')
                    or (o.status = 'cancelled' and a.status in ('open', 'expired')))
                and a.provider_session_id is not null and a.expires_at > now()
        ),
        'order_id', bought.id, 'academy_id', bought.academy_id, 'currency', due.currency,
        'amount', due.amount, 'locale', academy.locale,
        'account', private.account_facts(due.provider_account_id),
        'customer_idempotency_key', 'customer:' || due.provider_account_id || ':' || buyer,
        'customer_id', (
            select c.customer_id from public.billing_customers as c
            where c.academy_id = due.academy_id and c.user_id = buyer
                and c.provider_account_id = due.provider_account_id
        ),
        'customer', (
            select jsonb_build_object('email', d.email, 'name', p.full_name)
            from public.profiles as p
            inner join public.profile_details as d on p.id = d.user_id where p.id = buyer
        ),
        'lines', (
            select jsonb_agg(jsonb_build_object(
                'name', l.title, 'quantity', l.quantity, 'unit_amount', l.unit_amount
            ) order by l.created_at)
            from public.order_lines as l
            where l.academy_id = bought.academy_id and l.order_id = bought.id
        )
    );
end;
$$;
comment on function private.checkout_attempt is
'Definer. Gives the page that is open already, or the attempt to open one with; the same attempt '
'comes back after a crash, so the provider sees the same key with the same parameters.';
