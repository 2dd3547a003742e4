-- Fulfilment: what a paid Checkout Session means here, decided once, in one transaction.

create function private.fulfil_order(bought uuid, paid_by uuid, intent text)
returns void
language plpgsql
set search_path = ''
as $$
declare
    paid public.orders;
    line public.order_lines;
    held public.enrollments;
begin
    update public.payments
    set status = 'succeeded', paid_at = now(), method = 'card', stripe_payment_intent_id = intent
    where id = paid_by and order_id = bought and status <> 'succeeded';
    update public.orders set status = 'paid', paid_at = now() where id = bought returning * into paid;

    for line in
        select * from public.order_lines as l
        where l.academy_id = paid.academy_id and l.order_id = bought order by l.id
    loop
        perform private.give_entitlements(
            paid.academy_id, paid.beneficiary_id, line.offer_id, 'order_line', line.id
        );
    end loop;
    for held in
        select * from public.enrollments as e
        where e.academy_id = paid.academy_id and e.order_id = bought and e.status = 'pending'
        order by e.formation_id
    loop
        perform private.activate_enrollment(held.id);
    end loop;
    perform private.audit(paid.academy_id, 'order.paid', 'orders', paid.id);
    perform private.queue_email(
        paid.academy_id, paid.buyer_id, 'payment_confirmed',
        jsonb_build_object('order_id', paid.id), 'payment_confirmed:' || paid.id
    );
end;
$$;
comment on function private.fulfil_order is
'Money has come: payment, order, entitlements, enrolments and mails, all or nothing.';

create function private.seat_is_there(bought public.orders)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
    given public.enrollments;
begin
    for given in
        select * from public.enrollments as e
        where e.academy_id = bought.academy_id and e.order_id = bought.id order by e.formation_id
    loop
        perform from public.cohorts where id = given.cohort_id for update;
        if given.status = 'cancelled' and (
            private.seats_left(given.cohort_id) < 1 or exists (
                select 1 from public.enrollments as e
                where e.student_id = given.student_id and e.formation_id = given.formation_id
                    and e.status in ('pending', 'active')
            )
        ) then
            return false;
        elsif given.status = 'cancelled' then
            update public.enrollments set status = 'pending', held_until = now() where id = given.id;
        elsif given.status = 'pending' and given.held_until <= now()
            and private.seats_left(given.cohort_id) < 1 then
            return false;
        end if;
    end loop;
    return true;
end;
$$;
comment on function private.seat_is_there is
'Money may come after the hold lapsed: a seat still free is taken again, otherwise nobody is oversold.';

create function private.checkout_problem(
    bought public.orders, due public.payments, account uuid, session jsonb
)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when due.provider_account_id <> account or bought.academy_id <> (
            select p.academy_id from private.provider_accounts as p where p.id = account
        ) then 'account'
        when (session ->> 'amount_total')::bigint is distinct from due.amount then 'amount'
        when upper(session ->> 'currency') is distinct from due.currency then 'currency'
        when session ->> 'customer' is distinct from (
            select c.customer_id from public.billing_customers as c
            where c.academy_id = bought.academy_id and c.user_id = bought.buyer_id
                and c.provider_account_id = account
        ) then 'customer'
        when not exists (
            select 1 from public.payment_attempts as a
            where a.academy_id = due.academy_id and a.payment_id = due.id and (
                a.provider_session_id = session ->> 'id'
                or a.id::text = session #>> '{metadata,attempt_id}'
            )
        ) then 'attempt'
    end;
$$;
comment on function private.checkout_problem is
'What does not match between a session and our own order, or null. A session''s word is no proof.';
