-- Late money and mails know that an enrolment may be in a course.

create or replace function private.seat_is_there(bought public.orders)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
    given public.enrollments;
begin
    for given in
        select * from public.enrollments as e
        where e.academy_id = bought.academy_id and e.order_id = bought.id order by e.formation_id, e.course_id
    loop
        perform from public.cohorts where id = given.cohort_id for update;
        if given.status = 'cancelled' and (
            private.seats_left(given.cohort_id) < 1 or exists (
                select 1 from public.enrollments as e
                where e.student_id = given.student_id and e.status in ('pending', 'active')
                    and (e.formation_id = given.formation_id or e.course_id = given.course_id)
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

create or replace function private.mail_data(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'first_name', coalesce(p.first_name, ''), 'academy_name', a.name
    ) || case email.template
        when 'welcome' then jsonb_build_object('formation_count', (
            select count(*) from public.formations as f
            where f.academy_id = a.id and f.is_active
        ))
        when 'payment_confirmed' then (
            select jsonb_build_object(
                'order_reference', o.reference, 'amount', o.total_amount,
                'currency', o.currency, 'paid_at', o.paid_at, 'lines', (
                    select jsonb_agg(jsonb_build_object(
                        'title', l.title, 'quantity', l.quantity, 'amount', l.total_amount
                    ) order by l.created_at, l.id)
                    from public.order_lines as l
                    where l.academy_id = o.academy_id and l.order_id = o.id
                )
            )
            from public.orders as o
            where o.academy_id = a.id and o.id = (email.refs ->> 'order_id')::uuid
        )
        when 'enrollment_confirmed' then (
            select jsonb_build_object(
                'formation_title', coalesce(f.title, k.title), 'cohort_starts_on', c.starts_on,
                'formation_url',
                a.site_url || coalesce('/formations/' || f.slug, '/courses/' || k.slug)
            )
            from public.enrollments as e
            left join public.formations as f on e.formation_id = f.id
            left join public.courses as k on e.course_id = k.id
            left join public.cohorts as c on e.cohort_id = c.id
            where e.academy_id = a.id and e.id = (email.refs ->> 'enrollment_id')::uuid
        )
        when 'invitation' then (
            select jsonb_build_object(
                'first_name', coalesce(known.first_name, ''), 'role', i.role,
                'expires_at', i.expires_at, 'invitation_url', private.invitation_url(i.id)
            )
            from private.invitations as i
            left join auth.users as account on account.email = i.email
            left join public.profiles as known on known.id = account.id
            where i.id = email.invitation_id
        )
        else '{}'
    end
    from public.academies as a
    left join public.profiles as p on p.id = email.user_id
    where a.id = email.academy_id;
$$;
