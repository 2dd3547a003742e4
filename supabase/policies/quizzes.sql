-- Who sees quizzes. Actors: whoever may read the lesson or module now; staff. Answers: nobody.

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
