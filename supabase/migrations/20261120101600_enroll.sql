-- Free offers: enrolling without an order.

create function private.give_entitlements(
    academy uuid, person uuid, offer uuid, kind text, source uuid
)
returns void
language sql
set search_path = ''
as $$
    insert into public.entitlements (
        academy_id, user_id, source_kind, source_id, grant_id,
        formation_id, feature, credits, seats, valid_until
    )
    select academy, person, kind, source, g.id, g.formation_id, g.feature, g.credits, g.seats,
        now() + make_interval(days => g.duration_days)
    from public.offer_grants as g
    where g.academy_id = academy and g.offer_id = offer
    on conflict on constraint entitlement_is_given_once do nothing;
$$;
comment on function private.give_entitlements is
'Copies an offer''s grants to a person, once per source, whatever happens twice.';

create function private.activate_enrollment(enrollment uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
    active public.enrollments;
begin
    update public.enrollments as e
    set status = 'active', held_until = null,
        -- The day it is where the academy is; greatest() passes over a cohort there is not.
        start_date = greatest(
            (select c.starts_on from public.cohorts as c where c.id = e.cohort_id),
            (now() at time zone a.timezone)::date
        ),
        end_date = (select c.ends_on from public.cohorts as c where c.id = e.cohort_id)
    from public.academies as a
    where e.id = enrollment and e.status = 'pending' and a.id = e.academy_id
    returning e.* into active;
    if active.id is not null then
        perform private.audit(active.academy_id, 'enrollment.activated', 'enrollments', active.id);
        perform private.queue_email(
            active.academy_id, active.student_id, 'enrollment_confirmed',
            jsonb_build_object('enrollment_id', active.id), 'enrollment_confirmed:' || active.id
        );
    end if;
end;
$$;
comment on function private.activate_enrollment is
'Turns a held seat into an enrolment and says so by mail, once.';

create function private.enroll(the_formation uuid, the_cohort uuid)
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
    select * into enrolled from public.enrollments where id = enrolled.id;
    return enrolled;
end;
$$;
comment on function private.enroll is
'Definer: the only way in without paying. The offer is locked, so a price change waits for us.';

create function public.enroll(formation_id uuid, cohort_id uuid default null)
returns public.enrollments
language sql
set search_path = ''
as $$ select * from private.enroll(enroll.formation_id, enroll.cohort_id); $$;
comment on function public.enroll is
'Enrols the caller in a formation that has a free offer. Asked again: the same enrolment.';
grant execute on function public.enroll, private.enroll to authenticated;
