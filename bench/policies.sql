-- A million members and a million enrolments: MécaFormation has 200,000 of each, 400 other academies
-- 2,000 each. Run by a superuser in a throw-away copy: triggers and foreign keys are not asked.
set session_replication_role = replica;

create function pg_temp.academy_of(n bigint) returns uuid language sql immutable as $$
    select case
        when n <= 200000 then 'a0000000-0000-4000-8000-000000000001'::uuid
        else md5('bench/academy/' || (n - 200001) / 2000)::uuid
    end
$$;
create function pg_temp.formation_of(n bigint) returns uuid language sql immutable as $$
    select md5('bench/formation/' || pg_temp.academy_of(n) || '/' || n % 10)::uuid
$$;

insert into public.academies (
    id, slug, name, country, currency, site_url, sender_name, sender_email, open_to_sign_up
)
select
    md5('bench/academy/' || n)::uuid, 'bench-' || n, 'Académie ' || n, 'FR', 'EUR',
    'https://bench-' || n || '.example', 'Académie', 'bonjour@bench.example', n % 2 = 0
from generate_series(0, 399) as n;

insert into public.formations (id, academy_id, slug, title, subtitle, order_index, is_active)
select
    md5('bench/formation/' || a.id || '/' || n)::uuid, a.id, 'bench-' || n, 'Formation ' || n,
    'Ce que l''on y apprend', n, n < 9
from public.academies as a cross join generate_series(0, 9) as n;
insert into public.modules (academy_id, formation_id, title, order_index, duration_hours, content_type)
select f.academy_id, f.id, 'Module ' || n, n, 7, 'video'
from public.formations as f cross join generate_series(101, 107) as n;
insert into public.offers (id, academy_id, kind, title, amount, currency)
select md5('bench/offer/' || f.id)::uuid, f.academy_id, 'formation', f.title, 69000, 'EUR'
from public.formations as f;
insert into public.offer_grants (academy_id, offer_id, formation_id)
select f.academy_id, md5('bench/offer/' || f.id)::uuid, f.id from public.formations as f;

-- Every twentieth person belongs to two academies: to their own, and to MécaFormation's neighbour.
insert into public.profiles (id, first_name, last_name)
select md5('bench/person/' || n)::uuid, 'Camille', 'Durand ' || n
from generate_series(1, 1000000) as n;
insert into public.members (academy_id, user_id, status, joined_at, created_at)
select
    pg_temp.academy_of(n), md5('bench/person/' || n)::uuid,
    case when n % 50 = 0 then 'left' else 'active' end, now() - n * interval '1 second',
    now() - n * interval '1 second'
from generate_series(1, 1000000) as n;
insert into public.members (academy_id, user_id, status, joined_at)
select md5('bench/academy/0')::uuid, md5('bench/person/' || n)::uuid, 'active', now()
from generate_series(20, 200000, 20) as n;
insert into public.member_roles (academy_id, user_id, role)
select m.academy_id, m.user_id, 'student' from public.members as m;
-- Every tenth member is in the directory.
update public.members as m set listed = true
where m.status = 'active' and (('x' || left(md5(m.user_id::text), 4))::bit(16)::integer % 10) = 0;
-- The first person of each academy runs it; the second helps.
insert into public.member_roles (academy_id, user_id, role)
select pg_temp.academy_of(n + k), md5('bench/person/' || n + k)::uuid,
    (array['admin', 'assistant'])[k + 1]::public.member_role
from unnest(array[1] || array(select generate_series(200001, 998001, 2000))) as n
cross join generate_series(0, 1) as k;

insert into public.enrollments (
    academy_id, student_id, formation_id, status, start_date, progress_percentage, created_at
)
select
    pg_temp.academy_of(n), md5('bench/person/' || n)::uuid, pg_temp.formation_of(n),
    case when n % 5 = 0 then 'completed' else 'active' end, current_date, n % 100,
    now() - n * interval '1 second'
from generate_series(1, 1000000) as n;

vacuum analyze;
