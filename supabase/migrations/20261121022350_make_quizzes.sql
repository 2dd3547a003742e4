-- Staff make quizzes: the questions where learners see them, the answers where nobody does.

create function private.answers_fit(kind text, choices jsonb, correct jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select case
        when coalesce(jsonb_typeof(correct), '') <> 'array' then false
        when jsonb_array_length(correct) not between 1 and 20 then false
        when exists (
            select 1 from jsonb_array_elements(correct) as a (answer)
            where jsonb_typeof(a.answer) <> 'string' or length(a.answer #>> '{}') not between 1 and 200
        ) then false
        when kind = 'text' then true
        when kind = 'single' and jsonb_array_length(correct) <> 1 then false
        else (
            select bool_and(exists (
                select 1 from jsonb_array_elements(choices) as c (choice)
                where c.choice ->> 'id' = a.answer
            )) and count(distinct a.answer) = count(*)
            from jsonb_array_elements_text(correct) as a (answer)
        ) end;
$$;
comment on function private.answers_fit is
'One choice of a single one, some of multiple ones, or the texts that count as right.';

create function private.append_questions(quiz public.quizzes, questions jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
    item jsonb;
    place integer := 0;
    made uuid;
begin
    questions := private.outline_items(questions, 100);
    if jsonb_array_length(questions) = 0 then
        perform private.fail(
            422, 'quiz_is_empty', 'Un quiz a au moins une question.', 'Pass questions.'
        );
    end if;
    for item in select i.item from jsonb_array_elements(questions) with ordinality as i (item, n) order by i.n
    loop
        place := place + 1;
        insert into public.quiz_questions
        (academy_id, quiz_id, order_index, kind, prompt, choices, points)
        values (
            quiz.academy_id, quiz.id, place, item ->> 'kind', item ->> 'prompt',
            nullif(item -> 'choices', 'null'), coalesce((item ->> 'points')::smallint, 1)
        )
        returning id into made;
        if not private.answers_fit(item ->> 'kind', item -> 'choices', item -> 'correct') then
            perform private.fail(
                422, 'answer_invalid', format('La réponse de la question %s ne convient pas.', place),
                'correct is a list: one choice''s id (single), ids (multiple), or texts (text).'
            );
        end if;
        insert into private.quiz_answer_keys (question_id, academy_id, correct, explanation)
        values (made, quiz.academy_id, item -> 'correct', item ->> 'explanation');
    end loop;
end;
$$;
comment on function private.append_questions is 'Keeps each question, and its answer apart.';

create function private.create_quiz(lesson uuid, module uuid, facts jsonb)
returns public.quizzes
language plpgsql
security definer
set search_path = ''
as $$
declare
    academy uuid;
    made public.quizzes;
    broken text;
begin
    if num_nonnulls(lesson, module) <> 1 then
        perform private.fail(
            422, 'quiz_belongs_to_one', 'Un quiz appartient à une leçon ou à un module.',
            'Pass lesson_id or module_id, not both.'
        );
    elsif lesson is not null then
        academy := (private.staff_lesson(lesson)).academy_id;
    else
        academy := (private.staff_module(module)).academy_id;
    end if;
    if (
        select count(*) from public.quizzes as q
        where q.academy_id = academy and (q.lesson_id = lesson or q.module_id = module)
    ) >= 20 then
        perform private.fail(422, 'too_many_quizzes', 'Il y a trop de quiz ici.', 'At most 20.');
    end if;
    insert into public.quizzes
    (academy_id, lesson_id, module_id, title, description, pass_percentage)
    select academy, lesson, module, q.title, q.description, coalesce(q.pass_percentage, 70)
    from jsonb_populate_record(null::public.quizzes, facts - 'questions') as q
    returning * into made;
    perform private.append_questions(made, facts -> 'questions');
    perform private.audit(academy, 'quiz.created', 'quizzes', made.id);
    return made;
exception when data_exception or integrity_constraint_violation then
    get stacked diagnostics broken = constraint_name;
    perform private.refuse_input(sqlstate, broken, sqlerrm);
end;
$$;
comment on function private.create_quiz is
'Definer: writes answers, which no API role may. A quiz with all its questions, or nothing.';

create function public.create_quiz(
    title text, questions jsonb, lesson_id uuid default null, module_id uuid default null,
    description text default null, pass_percentage integer default 70
)
returns public.quizzes
language sql
set search_path = ''
as $$
    select * from private.create_quiz(
        create_quiz.lesson_id, create_quiz.module_id, jsonb_build_object(
            'title', title, 'questions', questions, 'description', description,
            'pass_percentage', pass_percentage
        )
    );
$$;
comment on function public.create_quiz is
'Staff make a quiz of a lesson or a module: [{kind, prompt, choices, correct, explanation, points}].';
grant execute on function private.create_quiz, public.create_quiz to authenticated;
