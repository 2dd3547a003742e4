-- One row of each private kind for a canary's owner: %(academy)s, %(person)s, %(canary)s.

with course as (
    insert into public.courses (academy_id, slug, title, short_description)
    values (%(academy)s, %(canary)s || '-course', %(canary)s, %(canary)s)
    returning id
),

lesson as (
    insert into public.lessons (academy_id, course_id, lesson_number, title)
    select %(academy)s, course.id, 1, %(canary)s from course
    returning id
),

content as (
    insert into public.lesson_contents (lesson_id, academy_id, content)
    select lesson.id, %(academy)s, %(canary)s from lesson
    returning lesson_id
),

quiz as (
    insert into public.quizzes (academy_id, lesson_id, title)
    select %(academy)s, lesson.id, %(canary)s from lesson
    returning id
),

question as (
    insert into public.quiz_questions (academy_id, quiz_id, order_index, kind, prompt)
    select %(academy)s, quiz.id, 1, 'text', %(canary)s from quiz
    returning id
),

answer as (
    insert into private.quiz_answer_keys (question_id, academy_id, correct, explanation)
    select question.id, %(academy)s, jsonb_build_array(%(canary)s), %(canary)s from question
    returning question_id
),

subject as (
    insert into public.subjects (academy_id, code, title, archived_at)
    values (%(academy)s, upper(%(canary)s), %(canary)s, now())
    returning id
),

town as (
    insert into public.member_profiles (academy_id, user_id, city)
    values (%(academy)s, %(person)s, %(canary)s)
    returning user_id
),

answers as (
    insert into public.member_onboarding (academy_id, user_id, onboarding_answers)
    values (%(academy)s, %(person)s, jsonb_build_object('why', %(canary)s))
    returning user_id
),

pupil as (
    insert into public.student_profiles (academy_id, user_id, grade, motivation_letter)
    values (%(academy)s, %(person)s, %(canary)s, %(canary)s)
    returning user_id
),

garage as (
    insert into public.garage_profiles (academy_id, user_id, company_name)
    values (%(academy)s, %(person)s, %(canary)s)
    returning user_id
),

bank as (
    insert into public.bank_details (academy_id, user_id, holder, iban)
    values (%(academy)s, %(person)s, %(canary)s, 'FR7630006000011234567890189')
    returning user_id
),

seat as (
    insert into public.garage_seats (academy_id, garage_id, email)
    values (%(academy)s, %(person)s, %(canary)s || '@example.fr')
    returning id
)

insert into public.files (
    academy_id, owner_id, bucket_id, object_name, purpose, content_type, size_bytes
)
values (
    %(academy)s, %(person)s, 'papers', %(canary)s || '/a.pdf', 'document', 'application/pdf', 1
);
