-- What the mails about money that goes back tell, as it is when they go; null: no longer so.

create function private.refund_facts(wanted uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'order_reference', o.reference, 'amount', r.amount, 'currency', r.currency,
        'lines', (
            select jsonb_agg(jsonb_build_object('title', l.title) order by l.created_at, l.id)
            from public.order_lines as l
            where l.academy_id = o.academy_id and l.order_id = o.id
        )
    )
    from public.refunds as r
    inner join public.payments as p on r.academy_id = p.academy_id and r.payment_id = p.id
    inner join public.orders as o on p.academy_id = o.academy_id and p.order_id = o.id
    where r.id = wanted;
$$;
comment on function private.refund_facts is 'What every mail about a refund tells.';

create function private.mail_facts_refund_confirmed(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select (private.refund_facts(r.id) - 'lines') || jsonb_build_object(
        'note', coalesce(r.note, ''),
        'has_access', exists (
            select 1 from public.payments as p
            inner join public.order_lines as l
                on p.academy_id = l.academy_id and p.order_id = l.order_id
            inner join public.entitlements as t
                on t.source_kind = 'order_line' and l.id = t.source_id and t.revoked_at is null
            where p.academy_id = r.academy_id and p.id = r.payment_id
        )
    )
    from public.refunds as r
    where r.academy_id = email.academy_id and r.id = (email.refs ->> 'refund_id')::uuid
        and r.status = 'succeeded';
$$;
comment on function private.mail_facts_refund_confirmed is
'Null once the money has come back to us: the admins write to the buyer then.';

create function private.mail_facts_place_lost_refunded(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select private.refund_facts(r.id) from public.refunds as r
    where r.academy_id = email.academy_id and r.id = (email.refs ->> 'refund_id')::uuid
        and r.status in ('pending', 'succeeded');
$$;
comment on function private.mail_facts_place_lost_refunded is
'As soon as the refund is asked for. Null where it failed meanwhile: a promise we would not keep.';

create function private.mail_facts_paid_twice_refunded(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$ select private.mail_facts_place_lost_refunded(email); $$;
comment on function private.mail_facts_paid_twice_refunded is 'As for a place that was lost.';

create function private.buyer_facts(payment uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'order_reference', o.reference, 'buyer_name', concat_ws(' ', b.first_name, b.last_name)
    )
    from public.payments as p
    inner join public.orders as o on p.academy_id = o.academy_id and p.order_id = o.id
    inner join public.profiles as b on o.buyer_id = b.id
    where p.id = payment;
$$;
comment on function private.buyer_facts is 'Whose order it is, for the admins.';

create function private.mail_facts_refund_failed(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select private.buyer_facts(r.payment_id) || jsonb_build_object(
        'amount', r.amount, 'currency', r.currency, 'failure_code', coalesce(r.failure_code, ''),
        'was_refused', r.provider_refund_id is null
    )
    from public.refunds as r
    where r.academy_id = email.academy_id and r.id = (email.refs ->> 'refund_id')::uuid
        and r.status = 'failed';
$$;
comment on function private.mail_facts_refund_failed is 'For the admins: refused, or made and sent back by the buyer''s bank.';

create function private.mail_facts_dispute_opened(email public.email_messages)
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
        and d.outcome is null;
$$;
comment on function private.mail_facts_dispute_opened is
'For the admins, who answer at the provider in time. Null once it is decided.';
