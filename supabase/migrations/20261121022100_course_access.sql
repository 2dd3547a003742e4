-- Offers may grant a course or a subject; entitlements and enrolments follow.

alter table public.offer_grants
add column course_id uuid,
add column subject_id uuid,
drop constraint grant_gives_exactly_one_thing,
add constraint grant_gives_exactly_one_thing
check (num_nonnulls(formation_id, course_id, subject_id, feature, credits, seats) = 1),
add constraint offer_grants_course foreign key (academy_id, course_id)
references public.courses (academy_id, id),
add constraint offer_grants_subject foreign key (academy_id, subject_id)
references public.subjects (academy_id, id);
create index offer_grants_by_course on public.offer_grants (academy_id, course_id);
create index offer_grants_by_subject on public.offer_grants (academy_id, subject_id);

alter table public.entitlements
add column course_id uuid,
add column subject_id uuid,
drop constraint entitlement_gives_exactly_one_thing,
add constraint entitlement_gives_exactly_one_thing
check (num_nonnulls(formation_id, course_id, subject_id, feature, credits, seats) = 1),
add constraint entitlements_course foreign key (academy_id, course_id)
references public.courses (academy_id, id),
add constraint entitlements_subject foreign key (academy_id, subject_id)
references public.subjects (academy_id, id);
create index entitlements_by_course on public.entitlements (academy_id, course_id);
create index entitlements_by_subject on public.entitlements (academy_id, subject_id);
create index entitlements_live on public.entitlements (user_id) where revoked_at is null;
comment on index public.entitlements_live is
'Each request for contents asks what the caller has, whatever the academy.';

alter table public.enrollments
alter column formation_id drop not null,
add column course_id uuid,
add constraint enrollment_is_in_exactly_one_thing
check (num_nonnulls(formation_id, course_id) = 1),
add constraint cohort_is_of_a_formation check (cohort_id is null or formation_id is not null),
add constraint enrollments_course foreign key (academy_id, course_id)
references public.courses (academy_id, id);
comment on table public.enrollments is
'A learner in a formation or in a course. Pending means a place is held while somebody pays.';
create index enrollments_by_course on public.enrollments (academy_id, course_id);
create unique index one_live_enrollment_per_course
on public.enrollments (student_id, course_id) where status in ('pending', 'active');
comment on index public.one_live_enrollment_per_course is
'Nobody buys the same course twice at once; a finished or cancelled one may be taken again.';

create or replace function private.give_entitlements(
    academy uuid, person uuid, offer uuid, kind text, source uuid
)
returns void
language sql
set search_path = ''
as $$
    insert into public.entitlements (
        academy_id, user_id, source_kind, source_id, grant_id,
        formation_id, course_id, subject_id, feature, credits, seats, valid_until
    )
    select academy, person, kind, source, g.id, g.formation_id, g.course_id, g.subject_id,
        g.feature, g.credits, g.seats, now() + make_interval(days => g.duration_days)
    from public.offer_grants as g
    where g.academy_id = academy and g.offer_id = offer
    on conflict on constraint entitlement_is_given_once do nothing;
$$;
