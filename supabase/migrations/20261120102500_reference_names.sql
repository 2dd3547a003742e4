-- Names the academies' existing front ends select, as read-only computed fields over our tables.

create function public.price_euros(public.formations)
returns integer
language sql
stable
set search_path = ''
as $$
    select (min(o.amount) / 100)::integer
    from public.offers as o
    inner join public.offer_grants as g on o.academy_id = g.academy_id and o.id = g.offer_id
    where g.formation_id = $1.id and o.kind = 'formation' and o.currency = 'EUR'
        and private.offer_is_on_sale(o);
$$;
comment on function public.price_euros is
'formations.price_euros: the lowest offer on sale, in whole euros; the offer''s amount is the truth.';

create function public.amount_euros(public.payments)
returns integer
language sql
stable
set search_path = ''
as $$ select case when $1.currency = 'EUR' then ($1.amount / 100)::integer end; $$;
comment on function public.amount_euros is 'payments.amount_euros, in whole euros.';

create function public.enrollment_id(public.payments)
returns uuid
language sql
stable
set search_path = ''
as $$
    select e.id from public.enrollments as e
    where e.academy_id = $1.academy_id and e.order_id = $1.order_id order by e.id limit 1;
$$;
comment on function public.enrollment_id is
'payments.enrollment_id: the enrolment the payment''s order gave; an order may give several.';

create function public.payment_status(public.enrollments)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when wanted.id is null or o.status in ('paid', 'partly_paid') then 'paid'
        when o.status in ('refunded', 'partly_refunded') then 'refunded'
        else 'pending'
    end
    from (select $1.order_id as id) as wanted
    left join public.orders as o on o.id = wanted.id;
$$;
comment on function public.payment_status is
'enrollments.payment_status: derived from the order; access itself is decided by entitlements.';

create function public.user_id(public.enrollments)
returns uuid
language sql
stable
set search_path = ''
as $$ select $1.student_id; $$;
comment on function public.user_id is 'enrollments.user_id: another name of student_id.';

create function public.enrolled_at(public.enrollments)
returns timestamptz
language sql
stable
set search_path = ''
as $$ select $1.created_at; $$;
comment on function public.enrolled_at is 'enrollments.enrolled_at: another name of created_at.';

create function public.profile_type(public.profiles)
returns text
language sql
stable
set search_path = ''
as $$
    select case
        when bool_or(r.role = 'admin') then 'admin'
        when bool_or(r.role = 'garage') then 'garage'
        else 'student'
    end
    from public.member_roles as r where r.user_id = $1.id;
$$;
comment on function public.profile_type is
'profiles.profile_type: the strongest role the reader may see; decides nothing.';

grant execute on function public.price_euros to anon, authenticated, service_role;
grant execute on function
public.amount_euros, public.enrollment_id, public.payment_status, public.user_id,
public.enrolled_at, public.profile_type
to authenticated, service_role;
