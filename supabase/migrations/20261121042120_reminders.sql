-- What reminders tell, and whether there is still a reason to send them.

create function private.open_enrollments(academy uuid, member uuid)
returns table (
    enrollment_id uuid, title text, url text, progress_percentage smallint, next_step text
)
language sql
stable
set search_path = ''
as $$
    select e.id, coalesce(f.title, k.title),
        a.site_url || coalesce('/formations/' || f.slug, '/courses/' || k.slug),
        e.progress_percentage, coalesce(
            (
                select m.title from public.modules as m
                where m.academy_id = e.academy_id and m.formation_id = e.formation_id
                order by m.order_index limit 1
            ),
            (
                select l.title from public.lessons as l
                where l.academy_id = e.academy_id and l.course_id = e.course_id and l.is_published
                order by l.lesson_number limit 1
            )
        )
    from public.enrollments as e
    inner join public.members as m
        on e.academy_id = m.academy_id and e.student_id = m.user_id and m.status = 'active'
    inner join public.academies as a on e.academy_id = a.id
    left join public.formations as f on e.formation_id = f.id
    left join public.courses as k on e.course_id = k.id
    left join public.cohorts as c on e.cohort_id = c.id
    where e.academy_id = academy and e.student_id = member and e.status = 'active'
        and coalesce(c.starts_on <= (now() at time zone a.timezone)::date, true)
    order by e.created_at, e.id;
$$;
comment on function private.open_enrollments is
'What a member has begun, or may begin today; a cohort that has not started asks for nothing yet.';

create function private.mail_facts_getting_started_reminder(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'formation_title', o.title, 'formation_url', o.url, 'next_step', o.next_step
    )
    from private.open_enrollments(email.academy_id, email.user_id) as o
    where o.enrollment_id = (email.refs ->> 'enrollment_id')::uuid and o.progress_percentage < 10;
$$;
comment on function private.mail_facts_getting_started_reminder is
'Where to begin; nothing for who has come to 10 %, or is not enrolled any more: the mail is not sent.';

create function private.mail_facts_course_reminder(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select case when count(*) > 0 then jsonb_build_object('enrollments', jsonb_agg(
        jsonb_build_object('title', o.title, 'formation_url', o.url, 'progress', o.progress_percentage)
    )) end
    from (
        select * from private.open_enrollments(email.academy_id, email.user_id) as e
        where e.progress_percentage < 100
            and (email.refs ->> 'enrollment_id' is null
                or e.enrollment_id = (email.refs ->> 'enrollment_id')::uuid)
        limit 10
    ) as o;
$$;
comment on function private.mail_facts_course_reminder is
'What is open and how far it has come; nothing for who has nothing open: the mail is not sent.';
