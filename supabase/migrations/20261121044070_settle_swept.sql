-- The sweeps worker's door: what to ask the provider, and the same settling as for a webhook.

create function private.swept_attempt(wanted uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'attempt_id', a.id, 'kind', a.kind, 'session_id', a.provider_session_id,
        'intent_id', a.provider_intent_id, 'account', private.account_facts(p.provider_account_id),
        'close', a.status in ('expired', 'failed') or (
            a.status = 'open' and (o.status <> 'pending' or a.expires_at < now())
        )
    )
    from public.payment_attempts as a
    inner join public.payments as p on a.academy_id = p.academy_id and a.payment_id = p.id
    inner join public.orders as o on p.academy_id = o.academy_id and p.order_id = o.id
    where a.id = wanted and a.status in ('open', 'processing', 'expired', 'failed')
        and coalesce(a.provider_session_id, a.provider_intent_id) is not null;
$$;
comment on function private.swept_attempt is
'What to ask about, or null once a webhook was faster. close: we gave it up, so nobody may pay it any '
'more. Definer: attempts are DB-owned.';

create function private.settle_swept(attempt uuid, shown jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    tried public.payment_attempts;
    account uuid;
    told text;
    event uuid;
begin
    select * into tried from public.payment_attempts as a where a.id = attempt;
    select p.provider_account_id into account from public.payments as p
    where p.academy_id = tried.academy_id and p.id = tried.payment_id;
    if account is null then
        perform private.fail(404, 'attempt_not_found', 'There is no such attempt.');
    end if;
    told := case tried.kind
        when 'intent' then private.intent_facts(shown) else private.session_facts(shown)
    end ->> 'state';
    if told = 'unpaid' then
        return jsonb_build_object('outcome', 'unpaid');
    end if;
    insert into private.webhook_events (provider_account_id, event_id, event_type, object_id, body)
    values (
        account, 'sweep:' || attempt || ':' || told, 'sweep.' || tried.kind, shown ->> 'id', '{}'
    )
    on conflict on constraint webhook_is_received_once do nothing;
    select w.id into event from private.webhook_events as w
    where w.provider_account_id = account and w.event_id = 'sweep:' || attempt || ':' || told;
    return case tried.kind
        when 'intent' then private.settle_intent(event, shown)
        else private.settle_checkout(event, shown)
    end;
end;
$$;
comment on function private.settle_swept is
'As if the webhook had come, with a row of the inbox of its own: each state of an attempt is settled '
'once, however often it is swept; the webhook, if it comes after all, finds it done. Definer: decides '
'the state of orders, payments, access and mails.';

create function worker.sweep_payments()
returns jsonb
language sql
set search_path = ''
as $$ select private.sweep_payments(); $$;
comment on function worker.sweep_payments is
'Queues what is to be asked about; returns {attempts, webhooks}: how many.';

create function worker.swept_attempt(attempt_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.swept_attempt(attempt_id); $$;
comment on function worker.swept_attempt is
'{attempt_id, kind, session_id, intent_id, account, close}, or null where there is nothing to ask.';

create function worker.settle_swept(attempt_id uuid, object jsonb)
returns jsonb
language sql
set search_path = ''
as $$ select private.settle_swept(attempt_id, object); $$;
comment on function worker.settle_swept is
'Applies a session or payment as the provider shows it; returns what settle_checkout and '
'settle_intent do.';

grant execute on function
private.sweep_payments, private.swept_attempt, private.settle_swept,
worker.sweep_payments, worker.swept_attempt, worker.settle_swept
to service_role;
