-- Compiled from supabase/policies by `preau policies build`. Do not edit.

set local lock_timeout = '2s';

drop policy "learners see their enrollments, staff see their academy's" on public.enrollments;

drop policy "people see their entitlements, staff see their academy's" on public.entitlements;

drop policy "anyone sees published formations, staff see all of theirs" on public.formations;

drop policy "people see their roles, staff see their academy's" on public.member_roles;

drop policy "people see their memberships, staff see their academy's" on public.members;

drop policy "people see themselves, staff see their members" on public.profiles;

create policy "admins edit their academy"
on public.academies for update to authenticated
using (id = any((select private.my_admin_academies())::uuid[]))
with check (id = any((select private.my_admin_academies())::uuid[]));

create policy "people and guardians see entitlements, staff their academy's"
on public.entitlements for select to authenticated
using (
    (
        user_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, user_id) in (select * from private.my_wards('see'))
);

create policy "learners and guardians see enrollments, staff their academy's"
on public.enrollments for select to authenticated
using (
    (
        student_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, student_id) in (select * from private.my_wards('see'))
);

create policy "anyone sees formations published or theirs, staff all"
on public.formations for select to anon, authenticated
using (
    (is_active and academy_id = any((select private.visible_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or id = any((select private.my_formations())::uuid[])
);

create policy "staff edit their formations"
on public.formations for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "staff edit their modules"
on public.modules for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "staff edit their cohorts"
on public.cohorts for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "learners read lessons released to them, staff all"
on public.lesson_contents for select to authenticated
using (
    lesson_id = any((select private.my_lessons())::uuid[])
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "learners read modules of their formations, staff all"
on public.module_contents for select to authenticated
using (
    module_id = any((select private.my_modules())::uuid[])
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "anyone sees subjects, staff archived ones too"
on public.subjects for select to anon, authenticated
using (
    (archived_at is null and academy_id = any((select private.visible_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "admins edit their subjects"
on public.subjects for update to authenticated
using (academy_id = any((select private.my_admin_academies())::uuid[]))
with check (academy_id = any((select private.my_admin_academies())::uuid[]));

create policy "anyone sees courses published or theirs, staff all"
on public.courses for select to anon, authenticated
using (
    (
        is_published and archived_at is null
        and academy_id = any((select private.visible_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or id = any((select private.my_courses())::uuid[])
);

create policy "staff edit their courses"
on public.courses for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "published lessons are seen with their course, by staff all"
on public.lessons for select to anon, authenticated
using (
    (is_published and exists (select 1 from public.courses as c where c.id = lessons.course_id))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "staff edit their lessons"
on public.lessons for update to authenticated
using (academy_id = any((select private.my_staff_academies())::uuid[]))
with check (academy_id = any((select private.my_staff_academies())::uuid[]));

create policy "people see their files, staff see their academy's"
on public.files for select to authenticated
using (
    (
        owner_id = (select auth.uid())
        and academy_id = any((select private.my_academies())::uuid[])
    )
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "students and guardians see it, staff see their academy's"
on public.student_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, user_id) in (select * from private.my_wards('see'))
);

create policy "students write their own student profile"
on public.student_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{student}'))::uuid[])
);

create policy "students edit their own student profile"
on public.student_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{student}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{student}'))::uuid[])
);

create policy "parents see their own, staff see their academy's"
on public.parent_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "parents write their own parent profile"
on public.parent_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
);

create policy "parents edit their own parent profile"
on public.parent_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{parent}'))::uuid[])
);

create policy "admins edit their offers"
on public.offers for update to authenticated
using (academy_id = any((select private.my_admin_academies())::uuid[]))
with check (academy_id = any((select private.my_admin_academies())::uuid[]));

create policy "people see their own, listed, wards' and team's memberships"
on public.members for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (listed and academy_id = any((select private.my_academies())::uuid[]))
    or (academy_id, user_id) in (select * from private.my_wards('see'))
    or (academy_id, user_id) in (select * from private.my_team())
);

create policy "people and guardians see roles, staff see their academy's"
on public.member_roles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
    or (academy_id, user_id) in (select * from private.my_wards('see'))
);

create policy "both sides see a guardianship, staff see their academy's"
on public.guardianships for select to authenticated
using (
    ((select auth.uid()) in (parent_id, student_id) and academy_id = any((select private.my_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "garages and their people see a seat, staff their academy's"
on public.garage_seats for select to authenticated
using (
    ((select auth.uid()) in (garage_id, student_id) and academy_id = any((select private.my_academies())::uuid[]))
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "people see their answers, staff see their academy's"
on public.member_onboarding for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "members write their own answers"
on public.member_onboarding for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "members edit their own answers"
on public.member_onboarding for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "people see their bank details, admins see their academy's"
on public.bank_details for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_admin_academies())::uuid[])
);

create policy "members write their own bank details"
on public.bank_details for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "members edit their own bank details"
on public.bank_details for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "garages see their own, staff see their academy's"
on public.garage_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "garages write their own garage profile"
on public.garage_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{garage}'))::uuid[])
);

create policy "garages edit their own garage profile"
on public.garage_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{garage}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{garage}'))::uuid[])
);

create policy "members see the coaches of their academies"
on public.coach_profiles for select to authenticated
using (
    user_id = (select auth.uid())
    or academy_id = any((select private.my_academies())::uuid[])
);

create policy "coaches write their own coach profile"
on public.coach_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{coach}'))::uuid[])
);

create policy "coaches edit their own coach profile"
on public.coach_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{coach}'))::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies_as('{coach}'))::uuid[])
);

create policy "profiles are seen with a membership, and one's own always"
on public.profiles for select to authenticated
using (
    id = (select auth.uid())
    or exists (select 1 from public.members as m where m.user_id = profiles.id)
);

create policy "member profiles are seen with the membership"
on public.member_profiles for select to authenticated
using (
    exists (
        select 1 from public.members as m
        where m.academy_id = member_profiles.academy_id and m.user_id = member_profiles.user_id
    )
);

create policy "members write their own member profile"
on public.member_profiles for insert to authenticated
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "members edit their own member profile"
on public.member_profiles for update to authenticated
using (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
)
with check (
    user_id = (select auth.uid())
    and academy_id = any((select private.my_academies())::uuid[])
);

create policy "quizzes are seen with the content they are of, by staff all"
on public.quizzes for select to authenticated
using (
    lesson_id = any((select private.my_lessons())::uuid[])
    or module_id = any((select private.my_modules())::uuid[])
    or academy_id = any((select private.my_staff_academies())::uuid[])
);

create policy "questions are seen with their quiz"
on public.quiz_questions for select to authenticated
using (exists (select 1 from public.quizzes as q where q.id = quiz_questions.quiz_id));
