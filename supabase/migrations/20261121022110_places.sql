-- Places: in a formation, with its cohort where it has a timetable, and in a course.

create or replace function private.hold_seat(
    academy uuid, learner uuid, formation uuid, cohort uuid, for_order uuid, until timestamptz
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    programme public.formations;
    live public.enrollments;
    held uuid;
begin
    select * into programme from public.formations as f
    where f.academy_id = academy and f.id = formation and f.is_active;
    if programme.id is null then
        perform private.fail(
            404, 'formation_not_found', 'Cette formation n''est pas proposée.',
            'Choose a formation of the catalogue.'
        );
    end if;
    if cohort is null and not programme.self_paced then
        perform private.fail(
            422, 'cohort_required', 'Choisissez une session pour cette formation.',
            'Pass cohort_id: the formation is not self-paced.'
        );
    end if;
    -- Everywhere the same order of locks: order, enrolment, cohort.
    perform from public.orders as o
    inner join public.enrollments as e on o.id = e.order_id
    where e.student_id = learner and e.formation_id = formation and e.status = 'pending'
    for update of o;
    select * into live from public.enrollments as e
    where e.student_id = learner and e.formation_id = formation
        and e.status in ('pending', 'active') for update;
    if live.status = 'active' then
        perform private.fail(
            409, 'already_enrolled', 'Vous êtes déjà inscrit à cette formation.',
            'Open the formation instead.'
        );
    end if;
    -- The cohort's row is the lock: whoever waits here counts again with our seat taken.
    if cohort is not null then
        perform from public.cohorts
        where id = cohort and academy_id = academy and formation_id = formation
            and coalesce(ends_on >= current_date, true) for update;
        if not found then
            perform private.fail(
                404, 'cohort_not_found', 'Cette session n''est pas proposée pour cette formation.',
                'Choose a cohort of the formation that has not ended.'
            );
        end if;
    end if;

    if live.id is not null then
        update public.enrollments set status = 'cancelled', held_until = null where id = live.id;
        perform private.expire_order(live.order_id, 'cancelled');
    end if;

    if cohort is not null and private.seats_left(cohort) < 1 then
        perform private.fail(
            409, 'cohort_full', 'Cette session est complète.', 'Choose another cohort.'
        );
    end if;
    insert into public.enrollments
    (academy_id, student_id, formation_id, cohort_id, order_id, status, held_until)
    values (academy, learner, formation, cohort, for_order, 'pending', until)
    returning id into held;
    return held;
exception when unique_violation then
    -- A payment for an order they had given up came in at this moment, and took the place back.
    perform private.fail(
        409, 'already_enrolling', 'Une inscription à cette formation vient d''être enregistrée.',
        'Look at your enrolments, then decide.'
    );
end;
$$;

create function private.hold_course(
    academy uuid, learner uuid, course uuid, for_order uuid, until timestamptz
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
    live public.enrollments;
    held uuid;
begin
    if not exists (
        select 1 from public.courses as c
        where c.academy_id = academy and c.id = course and c.is_published and c.archived_at is null
    ) then
        perform private.fail(
            404, 'course_not_found', 'Ce cours n''est pas proposé.', 'Choose one of the catalogue.'
        );
    end if;
    perform from public.orders as o
    inner join public.enrollments as e on o.id = e.order_id
    where e.student_id = learner and e.course_id = course and e.status = 'pending'
    for update of o;
    select * into live from public.enrollments as e
    where e.student_id = learner and e.course_id = course
        and e.status in ('pending', 'active') for update;
    if live.status = 'active' then
        perform private.fail(
            409, 'already_enrolled', 'Vous êtes déjà inscrit à ce cours.', 'Open the course instead.'
        );
    end if;
    if live.id is not null then
        update public.enrollments set status = 'cancelled', held_until = null where id = live.id;
        perform private.expire_order(live.order_id, 'cancelled');
    end if;
    insert into public.enrollments
    (academy_id, student_id, course_id, order_id, status, held_until)
    values (academy, learner, course, for_order, 'pending', until)
    returning id into held;
    return held;
exception when unique_violation then
    perform private.fail(
        409, 'already_enrolling', 'Une inscription à ce cours vient d''être enregistrée.',
        'Look at your enrolments, then decide.'
    );
end;
$$;
comment on function private.hold_course is
'Holds a place in a course: no seats to count, yet one live enrolment a person, as for formations.';
