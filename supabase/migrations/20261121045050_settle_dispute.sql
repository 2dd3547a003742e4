-- settle_dispute: what the provider says of a dispute becomes what we know of it, and access follows.

create function private.dispute_step(status text)
returns integer
language sql
immutable
set search_path = ''
as $$
    select case status
        when 'warning_needs_response' then 0 when 'warning_under_review' then 1
        when 'warning_closed' then 2 when 'needs_response' then 3 when 'under_review' then 4
        when 'won' then 6 else 5
    end;
$$;
comment on function private.dispute_step is
'How far a dispute is: a slower worker may bring an older answer, and a dispute never goes back. '
'What was lost may be appealed; what was won is not.';

create function private.give_back_won(paid public.payments, intent text)
returns void
language sql
set search_path = ''
as $$
    select private.request_refund(paid.id, null, 'duplicate', intent)
    where exists (
        select 1 from public.refunds as r
        where r.provider_account_id = paid.provider_account_id and r.payment_intent_id = intent
            and r.reason in ('no_seat', 'paid_twice') and r.status = 'failed'
    ) and not exists (
        select 1 from public.refunds as r
        where r.provider_account_id = paid.provider_account_id and r.payment_intent_id = intent
            and r.status in ('pending', 'succeeded')
    );
$$;
comment on function private.give_back_won is
'Money that bought nothing was to go back, and the dispute kept it from going: now that it is here '
'again it goes, and the buyer is told when it has.';

create function private.take_dispute(account uuid, shown jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
    intent text := shown ->> 'payment_intent';
    became text := shown ->> 'status';
    is_over boolean := became in ('won', 'lost', 'warning_closed', 'prevented');
    paid public.payments;
    bought public.orders;
    known public.disputes;
    before text;
begin
    paid.id := private.money_of(account, intent, shown ->> 'attempt_id');
    if paid.id is null then
        return jsonb_build_object('outcome', 'not_ours', 'reason', 'payment');
    end if;
    select o.* into bought from public.orders as o
    inner join public.payments as p on o.academy_id = p.academy_id and o.id = p.order_id
    where p.id = paid.id for update of o;
    select * into paid from public.payments as p where p.id = paid.id for update;
    if paid.stripe_payment_intent_id is distinct from intent and not exists (
        select 1 from public.refunds as r
        where r.provider_account_id = account and r.payment_intent_id = intent
    ) then
        return private.unsettled(account, intent, shown ->> 'attempt_id', bought.id);
    end if;

    select * into known from public.disputes as d
    where d.provider_account_id = account and d.provider_dispute_id = shown ->> 'id' for update;
    before := known.status;
    if known.id is null or became in ('won', 'lost')
        or private.dispute_step(became) >= private.dispute_step(before) then
        insert into public.disputes as d (
            academy_id, payment_id, provider_account_id, payment_intent_id, provider_dispute_id,
            amount, currency, reason, status, evidence_due_by, closed_at
        )
        values (
            paid.academy_id, paid.id, account, intent, shown ->> 'id', (shown ->> 'amount')::bigint,
            upper(shown ->> 'currency'), shown ->> 'reason', became,
            to_timestamp((shown ->> 'evidence_due_by')::bigint), case when is_over then now() end
        )
        on conflict on constraint dispute_is_recorded_once do update
        set status = excluded.status, amount = excluded.amount,
            evidence_due_by = coalesce(excluded.evidence_due_by, d.evidence_due_by),
            closed_at = case when is_over then coalesce(d.closed_at, now()) end
        returning d.* into known;
    end if;
    if known.status is distinct from before then
        perform private.audit(
            known.academy_id, 'dispute.' || known.status, 'disputes', known.id,
            jsonb_build_object('order_id', bought.id, 'amount', known.amount, 'reason', known.reason)
        );
        perform private.follow_money(bought.id);
        perform private.tell_admins(
            known.academy_id, 'dispute_opened', jsonb_build_object('dispute_id', known.id),
            'dispute_opened:' || known.id
        );
        if known.status = 'won' then
            perform private.give_back_won(paid, intent);
        end if;
    end if;
    return jsonb_build_object('outcome', 'dispute_' || known.status, 'order_id', bought.id);
end;
$$;
comment on function private.take_dispute is
'One dispute as the provider shows it now. While a bank holds the money the order is disputed and '
'access stays; lost, it is as a whole refund; won, the order is paid again. Admins are told once.';

create function private.settle_dispute(event uuid, shown jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    kept private.webhook_events;
    result jsonb;
begin
    select * into kept from private.webhook_events as w where w.id = event for update;
    if kept.id is null then
        perform private.fail(404, 'webhook_not_found', 'This webhook event was never received.');
    end if;
    if kept.processed_at is not null then
        return jsonb_build_object('outcome', kept.outcome, 'reason', kept.error, 'repeated', true);
    end if;
    result := private.take_dispute(kept.provider_account_id, shown);
    if result ->> 'outcome' <> 'not_settled_yet' then
        perform private.close_webhook(event, result ->> 'outcome', result ->> 'reason');
    end if;
    return result;
end;
$$;
comment on function private.settle_dispute is
'An event of the provider''s about a dispute, worked off once. Definer: decides states of orders, '
'access and mails.';

create function worker.settle_dispute(webhook_event_id uuid, dispute jsonb)
returns jsonb
language sql
set search_path = ''
as $$ select private.settle_dispute(webhook_event_id, dispute); $$;
comment on function worker.settle_dispute is
'Applies a dispute as re-fetched from Stripe; returns {outcome, order_id, reason}. Outcomes: dispute_ '
'and its status, not_ours, not_settled_yet.';
grant execute on function private.settle_dispute, worker.settle_dispute to service_role;
