-- The inbox of provider webhooks: verified by a function, kept once, worked off by the payments queue.

create function private.provider_account(wanted text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select private.account_facts(p.id) from private.provider_accounts as p where p.slug = wanted;
$$;
comment on function private.provider_account is 'Definer: accounts are in no schema a client sees.';

create function private.receive_webhook(account text, event text, kind text, raw text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    account_id uuid := (select p.id from private.provider_accounts as p where p.slug = account);
    object_id text;
    kept uuid;
begin
    if account_id is null then
        perform private.fail(404, 'account_not_found', 'Unknown provider account.');
    end if;
    begin
        object_id := raw::jsonb #>> '{data,object,id}';
    exception when data_exception or program_limit_exceeded or statement_too_complex then
        object_id := null; -- kept all the same: refusing it would have it redelivered for days
    end;
    insert into private.webhook_events (provider_account_id, event_id, event_type, object_id, body)
    values (account_id, event, kind, object_id, raw)
    on conflict on constraint webhook_is_received_once do nothing
    returning id into kept;
    if kept is null then
        return jsonb_build_object('duplicate', true, 'webhook_event_id', (
            select w.id from private.webhook_events as w
            where w.provider_account_id = account_id and w.event_id = event
        ));
    end if;
    perform private.enqueue('payments', jsonb_build_object('webhook_event_id', kept));
    return jsonb_build_object('duplicate', false, 'webhook_event_id', kept);
end;
$$;
comment on function private.receive_webhook is
'Event and job in one transaction: a crash loses neither, a repetition adds neither. Definer: DB-owned.';

create function private.webhook_event(wanted uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'id', w.id, 'event_id', w.event_id, 'event_type', w.event_type, 'object_id', w.object_id,
        'processed', w.processed_at is not null,
        'account', private.account_facts(w.provider_account_id)
    )
    from private.webhook_events as w where w.id = wanted;
$$;
comment on function private.webhook_event is
'What the payments worker needs to ask the provider again. Definer: the inbox is private.';

create function private.close_webhook(event uuid, outcome text, reason text)
returns void
language sql
security definer
set search_path = ''
as $$
    update private.webhook_events
    set processed_at = now(), outcome = close_webhook.outcome, error = left(reason, 1000)
    where id = event and processed_at is null;
$$;
comment on function private.close_webhook is
'An event is worked off once; later tries change nothing. Definer: the inbox is private.';

create function worker.provider_account(slug text)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.provider_account(slug); $$;
comment on function worker.provider_account is 'The account a webhook URL names, or null.';

create function worker.receive_webhook(account text, event_id text, event_type text, body text)
returns jsonb
language sql
set search_path = ''
as $$ select private.receive_webhook(account, event_id, event_type, body); $$;
comment on function worker.receive_webhook is
'Keeps a verified webhook and queues its work; returns {webhook_event_id, duplicate}.';

create function worker.webhook_event(id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.webhook_event(webhook_event.id); $$;
comment on function worker.webhook_event is 'A kept webhook with its account, or null.';

create function worker.skip_webhook(webhook_event_id uuid, reason text)
returns void
language sql
set search_path = ''
as $$ select private.close_webhook(webhook_event_id, 'skipped', reason); $$;
comment on function worker.skip_webhook is 'Closes an event nothing here acts on, with the reason.';

grant execute on function
private.provider_account, private.receive_webhook, private.webhook_event, private.close_webhook,
worker.provider_account, worker.receive_webhook, worker.webhook_event, worker.skip_webhook
to service_role;
