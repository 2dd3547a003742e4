-- The sweeper: payments whose webhook never came, webhooks whose job was lost, and what we gave up but
-- somebody could still pay.

select private.create_queue(
    'sweeps', 'Payments that went quiet: the provider is asked what became of them.'
);
-- Whoever has just paid waits for a webhook's job, nobody for a sweep's.
select private.tune_queue('sweeps', -10);
create index payment_attempts_to_sweep on public.payment_attempts (expires_at)
where status in ('open', 'processing', 'expired', 'failed');
comment on index public.payment_attempts_to_sweep is 'What the sweeper looks through every five minutes.';

create function private.is_due_to_sweep(attempt public.payment_attempts)
returns boolean
language sql
stable
set search_path = ''
as $$
    select case attempt.status
        when 'open' then coalesce(attempt.asked_at, attempt.created_at) < now() - interval '10 minutes'
        when 'processing' then coalesce(attempt.asked_at, attempt.created_at) < now() - interval '6 hours'
        -- Once at once, to close it, and once when the provider itself lets nobody pay it any more.
        when 'expired' then attempt.asked_at is null
            or attempt.expires_at between attempt.asked_at - interval '5 minutes'
                and now() - interval '5 minutes'
        -- Once after it failed: a form stays payable at the provider when its debit comes back.
        when 'failed' then attempt.asked_at is null
        else false
    end;
$$;
comment on function private.is_due_to_sweep is
'Webhooks normally come within seconds: asking is for those that do not.';

create function private.sweep_attempts(most integer)
returns integer
language sql
set search_path = ''
as $$
    with due as (
        select a.id from public.payment_attempts as a
        where a.status in ('open', 'processing', 'expired', 'failed')
            and a.expires_at > now() - interval '20 days'
            and coalesce(a.provider_session_id, a.provider_intent_id) is not null
            and private.is_due_to_sweep(a)
        order by a.asked_at nulls first, a.created_at limit most for update skip locked
    ), asked as (
        update public.payment_attempts as a set asked_at = clock_timestamp()
        from due where a.id = due.id returning a.id
    )
    select count(private.enqueue('sweeps', jsonb_build_object('attempt_id', asked.id)))::integer
    from asked;
$$;
comment on function private.sweep_attempts is
'One job for each, so that one that fails keeps nobody waiting. Two sweepers share the rows.';

create function private.sweep_webhooks(most integer)
returns integer
language sql
set search_path = ''
as $$
    select count(private.enqueue(
        'payments', jsonb_build_object('webhook_event_id', stuck.id), 'stuck:' || stuck.id
    ))::integer
    from (
        select w.id from private.webhook_events as w
        where w.processed_at is null
            -- The sweeper's own rows have no event at the provider: their attempt is asked about again.
            and not starts_with(w.event_type, 'sweep.')
            and w.received_at between now() - interval '7 days' and now() - interval '15 minutes'
            and not exists (
                select 1 from pgmq.q_payments as q
                where q.message ->> 'webhook_event_id' = w.id::text
            )
            and not exists (
                select 1 from private.dead_letters as d
                where d.queue = 'payments' and d.payload ->> 'webhook_event_id' = w.id::text
            )
            and not exists (
                select 1 from private.job_keys as k
                where k.queue = 'payments' and k.key = 'stuck:' || w.id and k.expires_at > now()
            )
        order by w.received_at limit most
    ) as stuck;
$$;
comment on function private.sweep_webhooks is
'A job can be lost only by hand (a purged queue, a restored backup). Once per event: a dead letter '
'is for a person.';

create function private.sweep_payments(most integer default 200)
returns jsonb
language sql
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'attempts', private.sweep_attempts(most), 'webhooks', private.sweep_webhooks(most)
    );
$$;
comment on function private.sweep_payments is
'Both, within bounds; what is left over is the next run''s. Definer: attempts and inbox are DB-owned.';

select private.add_schedule(
    'sweep_payments', '*/5 * * * *', 'sweeps', catch_up => 'once', description =>
    'Asks the payment provider about payments whose webhook did not come, and queues stuck webhooks.'
);
