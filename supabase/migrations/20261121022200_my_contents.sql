-- Whose content the caller may read now. Arrays, so that a policy asks once for a query.

create function private.my_live_entitlements()
returns setof public.entitlements
language sql
stable
security definer
set search_path = ''
as $$
    select e.* from public.entitlements as e
    inner join public.members as m
        on e.academy_id = m.academy_id and e.user_id = m.user_id
    where e.user_id = (select auth.uid()) and m.status = 'active'
        and e.revoked_at is null and e.valid_from <= now()
        and coalesce(e.valid_until > now(), true);
$$;
comment on function private.my_live_entitlements is
'What the caller has now, where they are an active member. Definer: policies ask it, and it reads a '
'table with policies.';

create function private.my_course_access()
returns table (course_id uuid, since timestamptz)
language sql
stable
security definer
set search_path = ''
as $$
    with mine as materialized (select * from private.my_live_entitlements()),

    reasons as (
        select e.course_id, e.valid_from from mine as e where e.course_id is not null
        union all
        select m.course_id, e.valid_from from mine as e
        inner join public.modules as m
            on e.academy_id = m.academy_id and e.formation_id = m.formation_id
        where m.course_id is not null
        union all
        select c.id, e.valid_from from mine as e
        inner join public.courses as c
            on e.academy_id = c.academy_id
                and (e.subject_id = c.subject_id or e.feature = c.required_feature)
    )

    select r.course_id, min(r.valid_from) from reasons as r
    inner join public.courses as c on r.course_id = c.id
    where c.is_published
    group by r.course_id;
$$;
comment on function private.my_course_access is
'Courses the caller has access to, and since when: bought, part of a formation, of a subject, or '
'opened by a feature. Definer: the reasons are not all the caller''s to read.';

create function private.my_courses()
returns uuid []
language sql
stable
set search_path = ''
as $$ select coalesce(array_agg(a.course_id), '{}') from private.my_course_access() as a; $$;
comment on function private.my_courses is
'Courses the caller has access to, archived ones too.';

create function private.my_formations()
returns uuid []
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(array_agg(distinct f.id), '{}')
    from private.my_live_entitlements() as e
    inner join public.formations as f on e.academy_id = f.academy_id and e.formation_id = f.id
    where f.is_active or f.archived_at is not null;
$$;
comment on function private.my_formations is
'Formations the caller has access to, archived ones too, drafts not. Definer: the policy on '
'formations asks it.';

create function private.my_lessons()
returns uuid []
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(array_agg(open.id), '{}') from (
        select l.id from private.my_course_access() as a
        inner join public.lessons as l on a.course_id = l.course_id
        where l.is_published
            -- Hours, since a day of the caller's time zone may have 23 or 25.
            and a.since + make_interval(hours => 24 * l.release_day_offset) <= now()
        union
        select l.id from public.lessons as l
        inner join public.courses as c on l.academy_id = c.academy_id and l.course_id = c.id
        where l.is_free and l.is_published and c.is_published and c.archived_at is null
            and l.academy_id = any((select private.my_academies())::uuid[])
    ) as open;
$$;
comment on function private.my_lessons is
'Lessons whose content the caller may read now: released to them, or free for members. Definer: the '
'policy on lessons is narrower than what it asks.';

create function private.my_modules()
returns uuid []
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(array_agg(m.id), '{}') from public.modules as m
    where m.formation_id = any((select private.my_formations())::uuid[]);
$$;
comment on function private.my_modules is
'Modules whose content the caller may read now. Definer: asked by the policy on their contents.';

grant execute on function
private.my_live_entitlements, private.my_course_access, private.my_courses, private.my_formations,
private.my_lessons, private.my_modules
to anon, authenticated, service_role;
