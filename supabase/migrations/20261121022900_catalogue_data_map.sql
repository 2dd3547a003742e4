-- The catalogue in the data map: things are nobody's; entitlements and enrolments are somebody's.

select private.classify(
    'public.entitlements', '{user_id}', 'personal', 'whose access it is',
    'while a member, then 5 years', 'pseudonymised'
);
select private.classify(
    'public.entitlements', '{source_id,formation_id,course_id,subject_id,feature,credits,seats,valid_from,valid_until,revoked_at}',
    'personal', 'what somebody may use, and until when', 'while a member, then 5 years',
    'pseudonymised'
);
select private.classify('public.entitlements', null);
select private.classify(
    'public.enrollments', '{student_id}', 'personal', 'who learns',
    'while a member, then 5 years', 'pseudonymised'
);
select private.classify(
    'public.enrollments', '{formation_id,course_id,cohort_id,order_id,status,progress_percentage,start_date,end_date}',
    'personal', 'what somebody learns, and how far they are', 'while a member, then 5 years',
    'pseudonymised'
);
select private.classify('public.enrollments', null);
select private.classify('public.formations', null);
select private.classify('public.modules', null);
select private.classify('public.cohorts', null);
select private.classify('public.offers', null);
select private.classify('public.offer_grants', null);
select private.classify('public.subjects', null);
select private.classify('public.courses', null);
select private.classify('public.lessons', null);
select private.classify('public.lesson_contents', null);
select private.classify('public.module_contents', null);
select private.classify('public.quizzes', null);
select private.classify('public.quiz_questions', null);
select private.classify('private.quiz_answer_keys', null);
select private.classify('private.catalogue_versions', null);
select private.classify('private.catalogue_documents', null);
