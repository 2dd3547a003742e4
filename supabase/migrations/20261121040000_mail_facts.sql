-- One function a template says what its mail tells, so that a new mail adds a function and edits none.

create function private.mail_facts_welcome(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object('formation_count', (
        select count(*) from public.formations as f
        where f.academy_id = email.academy_id and f.is_active
    ));
$$;
comment on function private.mail_facts_welcome is 'What the welcome tells: how much there is to learn.';

create function private.mail_facts_payment_confirmed(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
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
    where o.academy_id = email.academy_id and o.id = (email.refs ->> 'order_id')::uuid;
$$;
comment on function private.mail_facts_payment_confirmed is
'What was paid, from the order as it is when the mail goes.';

create function private.mail_facts_enrollment_confirmed(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'formation_title', coalesce(f.title, k.title), 'cohort_starts_on', c.starts_on,
        'formation_url',
        a.site_url || coalesce('/formations/' || f.slug, '/courses/' || k.slug)
    )
    from public.enrollments as e
    inner join public.academies as a on e.academy_id = a.id
    left join public.formations as f on e.formation_id = f.id
    left join public.courses as k on e.course_id = k.id
    left join public.cohorts as c on e.cohort_id = c.id
    where e.academy_id = email.academy_id and e.id = (email.refs ->> 'enrollment_id')::uuid;
$$;
comment on function private.mail_facts_enrollment_confirmed is
'Where the learner begins, and when; a formation or a course.';

create function private.mail_facts_invitation(email public.email_messages)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'first_name', coalesce(known.first_name, ''), 'role', i.role,
        'expires_at', i.expires_at, 'invitation_url', private.invitation_url(i.id)
    )
    from private.invitations as i
    left join auth.users as account on account.email = i.email
    left join public.profiles as known on known.id = account.id
    where i.id = email.invitation_id;
$$;
comment on function private.mail_facts_invitation is
'The invited may have a profile or none; the link is made when the mail goes.';

create or replace function private.mail_data(email public.email_messages)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
    teller regprocedure := to_regprocedure(format(
        'private.%I(public.email_messages)', 'mail_facts_' || email.template
    ));
    facts jsonb := '{}';
    known jsonb;
begin
    if teller is not null then
        execute format('select private.%I($1)', 'mail_facts_' || email.template)
        into facts using email;
    end if;
    select jsonb_build_object(
        'first_name', coalesce(p.first_name, ''), 'academy_name', a.name
    ) into known
    from public.academies as a
    left join public.profiles as p on p.id = email.user_id
    where a.id = email.academy_id;
    return known || facts;
end;
$$;
comment on function private.mail_data is
'Name and academy for every mail, and what private.mail_facts_<template> adds; null: what it tells '
'of is gone.';
