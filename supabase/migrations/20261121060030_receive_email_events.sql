-- What providers tell afterwards: kept once each, in one statement a batch, and heeded.

create function private.kept_events(account uuid, academy uuid, events jsonb)
returns setof public.email_events
language sql
set search_path = ''
as $$
    insert into public.email_events (
        academy_id, email_id, user_id, kind, code, detail, provider_account_id,
        provider_event_id, occurred_at
    )
    select
        m.academy_id, m.id, m.user_id, e.kind, left(e.code, 100), left(e.detail, 1000), account,
        e.event_id, least(e.occurred_at, now())
    from jsonb_to_recordset(events) as e (
        event_id text, kind text, email_id uuid, occurred_at timestamptz, code text, detail text
    )
    inner join public.email_messages as m on m.id = e.email_id
    where case when academy is null then m.provider_account_id is null
        else m.academy_id = academy end
    order by e.occurred_at, e.event_id -- all batches in one order: none waits for another in a ring
    on conflict (provider_account_id, provider_event_id) where provider_event_id is not null
    do nothing
    returning *;
$$;
comment on function private.kept_events is
'An account speaks of its own academy''s mails only; the environment''s, of those without an account.';

create function private.receive_email_events(account text, events jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    known private.provider_accounts;
    kept integer;
    suppressed integer;
begin
    if account is not null then
        select p.* into known from private.provider_accounts as p where p.slug = account;
        if known.id is null then
            perform private.fail(404, 'account_not_found', 'Unknown provider account.');
        end if;
    end if;
    if jsonb_array_length(events) > 1000 then
        perform private.fail(413, 'too_many_events', 'At most 1,000 events at once.');
    end if;
    with kept_now as materialized (
        select k.* from private.kept_events(known.id, known.academy_id, events) as k
    ), marked as (
        select distinct on (k.academy_id, told.address, told.suppress)
            k.academy_id, told.address, told.suppress,
            case when told.suppress = 'unsubscribe' then k.user_id end as person
        from kept_now as k
        inner join jsonb_to_recordset(events) as told (
            event_id text, address text, suppress text
        ) on told.event_id = k.provider_event_id
        where told.suppress is not null and length(told.address) <= 320
            and told.address ~ '^[^\s@]+@[^\s@]+$'
    ), heeded as materialized (
        select private.suppress(m.academy_id, m.address, m.person, m.suppress) as is_new
        from marked as m
    )
    select
        (select count(*) from kept_now), (select count(*) from heeded as h where h.is_new)
    into kept, suppressed;
    return jsonb_build_object(
        'received', jsonb_array_length(events), 'kept', kept, 'suppressed', suppressed
    );
end;
$$;
comment on function private.receive_email_events is
'History and suppressions in one transaction, so that a repetition changes nothing; events about '
'mails we do not know are passed over. Definer: no role writes history.';

create function worker.receive_email_events(account text, events jsonb)
returns jsonb
language sql
set search_path = ''
as $$ select private.receive_email_events(account, events); $$;
comment on function worker.receive_email_events is
'Keeps a batch of verified events [{event_id, kind, email_id, address, occurred_at, code, detail, '
'suppress}] of an account, null: the environment''s; returns {received, kept, suppressed}.';

grant execute on function private.receive_email_events, worker.receive_email_events to service_role;
