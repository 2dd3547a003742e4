-- Replaying a dead letter about money: what was closed as nobody's is looked at again.

create function private.reopen_webhooks(closed uuid [])
returns void
language sql
set search_path = ''
as $$
    update private.webhook_events
    set processed_at = null, outcome = null, error = null
    where id = any(closed) and (outcome = 'mismatch' or starts_with(outcome, 'unknown_'));
$$;
comment on function private.reopen_webhooks is
'Only what no rule settled: what was settled stays so, and finds itself done.';

create function private.reopen_payments(payloads jsonb)
returns void
language sql
set search_path = ''
as $$
    select private.reopen_webhooks(array(
        select (p.payload ->> 'webhook_event_id')::uuid
        from jsonb_array_elements(payloads) as p (payload)
    ));
$$;
comment on function private.reopen_payments is
'Called when dead letters of the queue payments are replayed: the order may have been corrected.';

create function private.reopen_sweeps(payloads jsonb)
returns void
language sql
set search_path = ''
as $$
    select private.reopen_webhooks(array(
        select w.id
        from jsonb_array_elements(payloads) as p (payload)
        inner join public.payment_attempts as a on a.id = (p.payload ->> 'attempt_id')::uuid
        inner join public.payments as due on a.academy_id = due.academy_id and a.payment_id = due.id
        inner join private.webhook_events as w
            on due.provider_account_id = w.provider_account_id
                and w.event_id = any(array[
                    'sweep:' || a.id || ':paid', 'sweep:' || a.id || ':failed',
                    'sweep:' || a.id || ':processing', 'sweep:' || a.id || ':closed'
                ])
    ));
$$;
comment on function private.reopen_sweeps is 'The same for what the sweeper found.';
