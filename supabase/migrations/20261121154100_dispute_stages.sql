-- An inquiry moves no money, the dispute it may become does: each is told to the admins.

create or replace function private.take_dispute(account uuid, shown jsonb)
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
            jsonb_build_object(
                'order_id', bought.id, 'amount', known.amount, 'reason', known.reason
            )
        );
        perform private.follow_money(bought.id);
        perform private.tell_admins(
            known.academy_id, 'dispute_opened',
            jsonb_build_object('dispute_id', known.id, 'is_inquiry', known.status like 'warning%'),
            'dispute_opened:' || known.id
            || case when known.status like 'warning%' then ':inquiry' else '' end
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
'access stays; lost, it is as a whole refund; won, the order is paid again. Admins are told once, '
'and of an inquiry once more when it becomes a dispute.';

create or replace function private.mail_facts_dispute_opened(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select private.buyer_facts(d.payment_id) || jsonb_build_object(
        'amount', d.amount, 'currency', d.currency, 'reason', d.reason,
        'is_inquiry', d.status like 'warning%', 'evidence_due_by', d.evidence_due_by
    )
    from public.disputes as d
    where d.academy_id = email.academy_id and d.id = (email.refs ->> 'dispute_id')::uuid
        and d.outcome is null
        and (d.status like 'warning%' or email.refs ->> 'is_inquiry' is distinct from 'true');
$$;
comment on function private.mail_facts_dispute_opened is
'For the admins, who answer at the provider in time. Null once it is decided, and for an '
'inquiry once it is a dispute, of which a mail of its own tells.';

-- What was told of inquiries that are open was told of them, not of what they may become.
update public.email_messages as m
set refs = m.refs || '{"is_inquiry": true}',
    dedupe_key = 'dispute_opened:' || d.id || ':inquiry:' || m.user_id
from public.disputes as d
where d.status like 'warning%' and m.academy_id = d.academy_id
    and m.dedupe_key = 'dispute_opened:' || d.id || ':' || m.user_id;
