-- Counting an order again, after each refund and each word of a dispute; the same answer in any order.

create function private.give_back_enrollments(bought public.orders)
returns void
language plpgsql
set search_path = ''
as $$
declare
    lost public.enrollments;
begin
    for lost in
        select * from public.enrollments as e
        where e.academy_id = bought.academy_id and e.order_id = bought.id
            and e.refunded_at is not null and not private.is_refunded(e)
        order by e.formation_id, e.course_id
    loop
        perform from public.cohorts where id = lost.cohort_id for update;
        if private.seats_left(lost.cohort_id) < 1 or exists (
            select 1 from public.enrollments as e
            where e.student_id = lost.student_id and e.status in ('pending', 'active')
                and (e.formation_id = lost.formation_id or e.course_id = lost.course_id)
        ) then
            perform private.audit(
                bought.academy_id, 'enrollment.not_given_back', 'enrollments', lost.id
            );
        else
            update public.enrollments set status = 'active', refunded_at = null where id = lost.id;
            perform private.audit(bought.academy_id, 'enrollment.given_back', 'enrollments', lost.id);
        end if;
    end loop;
end;
$$;
comment on function private.give_back_enrollments is
'The money came back: so does the place, unless somebody else has it by now. Staff see which.';

create function private.follow_money(bought uuid)
returns text
language plpgsql
set search_path = ''
as $$
declare
    counted public.orders;
    money record;
    ended uuid [];
    became text;
begin
    select * into counted from public.orders as o where o.id = bought for update;
    select * into money from private.money_back(bought);
    if money.paid = 0 then
        return counted.status;
    end if;
    became := case
        when money.is_disputed then 'disputed'
        when money.back >= money.paid then 'refunded'
        when money.back > 0 then 'partly_refunded'
        when money.paid < counted.total_amount then 'partly_paid'
        else 'paid'
    end;
    if became <> counted.status then
        update public.orders set status = became where id = bought;
        perform private.audit(counted.academy_id, 'order.' || became, 'orders', bought);
    end if;

    ended := private.lines_over(bought, money.back >= money.paid);
    update public.entitlements as t set revoked_at = now(), refunded_at = now()
    where t.source_kind = 'order_line' and t.source_id = any(ended) and t.revoked_at is null;
    update public.entitlements as t set revoked_at = null, refunded_at = null
    from public.order_lines as l
    where l.academy_id = counted.academy_id and l.order_id = bought and not l.id = any(ended)
        and t.source_kind = 'order_line' and t.source_id = l.id and t.refunded_at is not null;

    update public.enrollments as e set status = 'cancelled', held_until = null, refunded_at = now()
    where e.academy_id = counted.academy_id and e.order_id = bought
        and e.status in ('pending', 'active') and private.is_refunded(e);
    perform private.give_back_enrollments(counted);
    perform private.fit_seats(t.academy_id, t.user_id)
    from public.entitlements as t
    where t.source_kind = 'order_line' and t.source_id = any(ended) and t.seats is not null;
    return became;
end;
$$;
comment on function private.follow_money is
'The rule: a whole refund or a lost dispute ends access, a part does not, a refund of a line ends what '
'the line gave. Nothing is taken from a running total, so events may come in any order; money that '
'came back gives access back.';

create or replace function public.payment_status(public.enrollments)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when $1.refunded_at is not null then 'refunded'
        when wanted.id is null or o.status in ('paid', 'partly_paid', 'partly_refunded', 'disputed')
            then 'paid'
        when o.status = 'refunded' then 'refunded'
        else 'pending'
    end
    from (select $1.order_id as id) as wanted
    left join public.orders as o on o.id = wanted.id;
$$;

create function private.tell_admins(
    academy uuid, template text, refs jsonb, dedupe_key text
)
returns void
language sql
set search_path = ''
as $$
    select private.queue_email(
        academy, r.user_id, tell_admins.template, tell_admins.refs,
        tell_admins.dedupe_key || ':' || r.user_id
    )
    from public.member_roles as r
    inner join public.members as m on r.academy_id = m.academy_id and r.user_id = m.user_id
    where r.academy_id = academy and r.role = 'admin' and m.status = 'active'
    order by r.user_id;
$$;
comment on function private.tell_admins is 'One mail to each admin of an academy, once per dedupe key.';

select private.classify(
    'public.entitlements', '{refunded_at}', 'personal', 'that access ended with a refund',
    'while a member, then 5 years', 'pseudonymised'
);
select private.classify(
    'public.enrollments', '{refunded_at}', 'personal', 'that an enrolment ended with a refund',
    'while a member, then 5 years', 'pseudonymised'
);
