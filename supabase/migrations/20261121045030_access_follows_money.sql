-- Access follows the money: what an order is, and what it still gives, is counted from what came and went.

alter table public.entitlements add column refunded_at timestamptz,
add constraint refunded_entitlement_is_revoked check (refunded_at is null or revoked_at is not null);
comment on column public.entitlements.refunded_at is
'When it was revoked because the money went back; such a one comes back if the money does.';
alter table public.enrollments add column refunded_at timestamptz,
add constraint refunded_enrollment_is_cancelled check (refunded_at is null or status = 'cancelled');
comment on column public.enrollments.refunded_at is
'When it was cancelled because the money went back. Its progress stays.';
create index enrollments_refunded on public.enrollments (order_id) where refunded_at is not null;
comment on index public.enrollments_refunded is 'What comes back when a refund fails after all.';

create function private.money_back(bought uuid)
returns table (paid bigint, back bigint, is_disputed boolean)
language sql
stable
set search_path = ''
as $$
    with money as (
        select p.provider_account_id as account, p.stripe_payment_intent_id as intent, p.amount,
            p.currency
        from public.payments as p where p.order_id = bought and p.status = 'succeeded'
    )

    select
        coalesce((select sum(m.amount) from money as m), 0)::bigint,
        (coalesce((
            select sum(r.amount) from public.refunds as r
            inner join money as m
                on r.provider_account_id = m.account and r.payment_intent_id = m.intent
            where r.status = 'succeeded'
        ), 0) + coalesce((
            select sum(case when d.currency = m.currency then d.amount else m.amount end)
            from public.disputes as d
            inner join money as m
                on d.provider_account_id = m.account and d.payment_intent_id = m.intent
            where d.status in ('lost', 'appeal_needs_response', 'appeal_under_review')
        ), 0))::bigint,
        exists (
            select 1 from public.disputes as d
            inner join money as m
                on d.provider_account_id = m.account and d.payment_intent_id = m.intent
            where d.status in ('needs_response', 'under_review')
        );
$$;
comment on function private.money_back is
'What came for an order, what went back by refunds and lost disputes, and whether a bank holds it. '
'Money that came a second time is not the order''s, and neither is its refund.';

create function private.lines_over(bought uuid, is_whole boolean)
returns uuid []
language sql
stable
set search_path = ''
as $$
    select coalesce(array_agg(l.id), '{}')
    from public.orders as o
    inner join public.order_lines as l on o.academy_id = l.academy_id and o.id = l.order_id
    where o.id = bought and (
        is_whole
        or exists (
            select 1 from public.refunds as r
            inner join public.payments as p on r.academy_id = p.academy_id and r.payment_id = p.id
            where p.order_id = bought and r.status = 'succeeded' and r.revoke_access
                and coalesce(r.order_line_id = l.id, true)
        )
        or greatest(l.total_amount, 1) <= (
            select sum(r.amount) from public.refunds as r
            where r.academy_id = l.academy_id and r.order_line_id = l.id and r.status = 'succeeded'
        )
    );
$$;
comment on function private.lines_over is
'The lines that give nothing any more: all of a whole refund, those whose own refunds add up to '
'them, and those that staff ended with a part.';

create function private.fit_seats(academy uuid, garage uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
    seat uuid;
begin
    perform private.locked_member(academy, garage);
    for seat in
        select s.id from public.garage_seats as s
        where s.academy_id = academy and s.garage_id = garage and s.released_at is null
            -- Those that count: an offer that lapsed holds no place, and frees none.
            and (s.student_id is not null or exists (
                select 1 from private.invitations as i
                where i.academy_id = s.academy_id and i.seat_id = s.id
                    and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
            ))
        order by s.student_id is not null, s.created_at desc, s.id
        limit greatest(
            private.seats_in_use(academy, garage) - private.seats_bought(academy, garage), 0
        )
    loop
        perform private.close_invitation(i.id) from private.invitations as i
        where i.academy_id = academy and i.seat_id = seat;
        update public.garage_seats set released_at = now(), email = null where id = seat;
        perform private.audit(academy, 'seat.released', 'garage_seats', seat);
    end loop;
end;
$$;
comment on function private.fit_seats is
'A garage that got its money back keeps no more seats than it still has: offers go first, then who '
'came last.';

create function private.is_refunded(enrolled public.enrollments)
returns boolean
language sql
stable
set search_path = ''
as $$
    select coalesce(bool_and(t.refunded_at is not null), false)
    from public.order_lines as l
    inner join public.entitlements as t
        on l.academy_id = t.academy_id and t.source_kind = 'order_line' and l.id = t.source_id
    where l.academy_id = enrolled.academy_id and l.order_id = enrolled.order_id
        and (t.formation_id = enrolled.formation_id or t.course_id = enrolled.course_id);
$$;
comment on function private.is_refunded is
'Whether everything that gave this enrolment has been refunded: of two lines that give one formation, '
'the one that stands keeps it.';
