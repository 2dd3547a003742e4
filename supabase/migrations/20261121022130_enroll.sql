-- Free offers: a course is entered as a formation is, and comes along with one.

create function private.enroll_in_granted_courses(offer public.offers, learner uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
    course uuid;
begin
    for course in
        select distinct g.course_id from public.offer_grants as g
        inner join public.courses as c on g.academy_id = c.academy_id and g.course_id = c.id
        where g.academy_id = offer.academy_id and g.offer_id = offer.id
            and c.is_published and c.archived_at is null
            and not exists (
                select 1 from public.enrollments as e
                where e.student_id = learner and e.course_id = c.id and e.status = 'active'
            )
        order by g.course_id
    loop
        perform private.activate_enrollment(private.hold_course(
            offer.academy_id, learner, course, null, now() + interval '1 minute'
        ));
    end loop;
end;
$$;
comment on function private.enroll_in_granted_courses is
'Whoever takes a free offer is enrolled in each course it grants, unless they are already.';

create or replace function private.enroll(the_formation uuid, the_cohort uuid)
returns public.enrollments
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    offer public.offers;
    enrolled public.enrollments;
begin
    select o.* into offer from public.offers as o
    inner join public.offer_grants as g on o.academy_id = g.academy_id and o.id = g.offer_id
    inner join public.members as m on o.academy_id = m.academy_id
    where g.formation_id = the_formation and o.amount = 0 and o.kind <> 'subscription'
        and m.user_id = me and m.status = 'active' and private.offer_is_on_sale(o)
    order by o.order_index limit 1 for share of o for no key update of m;
    if offer.id is null then
        perform private.fail(
            403, 'no_free_offer', 'Cette formation n''est pas gratuite.',
            'Order one of its offers with create_order(offer_id).'
        );
    end if;
    select * into enrolled from public.enrollments as e
    where e.student_id = me and e.formation_id = the_formation and e.status = 'active';
    if enrolled.id is not null then
        return enrolled;
    end if;
    enrolled.id := private.hold_seat(
        offer.academy_id, me, the_formation, the_cohort, null, now() + interval '1 minute'
    );
    perform private.give_entitlements(offer.academy_id, me, offer.id, 'free_offer', enrolled.id);
    perform private.activate_enrollment(enrolled.id);
    perform private.enroll_in_granted_courses(offer, me);
    select * into enrolled from public.enrollments where id = enrolled.id;
    return enrolled;
end;
$$;

create function private.enroll_in_course(the_course uuid)
returns public.enrollments
language plpgsql
security definer
set search_path = ''
as $$
declare
    me uuid := private.signed_in();
    offer public.offers;
    enrolled public.enrollments;
begin
    select o.* into offer from public.offers as o
    inner join public.offer_grants as g on o.academy_id = g.academy_id and o.id = g.offer_id
    inner join public.members as m on o.academy_id = m.academy_id
    where g.course_id = the_course and o.amount = 0 and o.kind <> 'subscription'
        and m.user_id = me and m.status = 'active' and private.offer_is_on_sale(o)
    order by o.order_index limit 1 for share of o for no key update of m;
    if offer.id is null then
        perform private.fail(
            403, 'no_free_offer', 'Ce cours n''est pas gratuit.',
            'Order one of its offers with create_order(offer_id).'
        );
    end if;
    select * into enrolled from public.enrollments as e
    where e.student_id = me and e.course_id = the_course and e.status = 'active';
    if enrolled.id is not null then
        return enrolled;
    end if;
    enrolled.id := private.hold_course(
        offer.academy_id, me, the_course, null, now() + interval '1 minute'
    );
    perform private.give_entitlements(offer.academy_id, me, offer.id, 'free_offer', enrolled.id);
    perform private.activate_enrollment(enrolled.id);
    perform private.enroll_in_granted_courses(offer, me);
    select * into enrolled from public.enrollments where id = enrolled.id;
    return enrolled;
end;
$$;
comment on function private.enroll_in_course is
'Definer: the only way into a course without paying. The offer is locked, as in enroll.';

create function public.enroll_in_course(course_id uuid)
returns public.enrollments
language sql
set search_path = ''
as $$ select * from private.enroll_in_course(enroll_in_course.course_id); $$;
comment on function public.enroll_in_course is
'Enrols the caller in a course that has a free offer. Asked again: the same enrolment.';
grant execute on function public.enroll_in_course, private.enroll_in_course to authenticated;
