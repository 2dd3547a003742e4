-- Quizzes: questions a learner sees, answers no client role can read.

create function private.choices_are_valid(kind text, choices jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select case
        when kind = 'text' then choices is null
        when choices is null or jsonb_typeof(choices) <> 'array' then false
        else jsonb_array_length(choices) between 2 and 12 and not exists (
            select 1 from jsonb_array_elements(choices) as c (choice)
            where coalesce(jsonb_typeof(c.choice) <> 'object', true)
                or coalesce(c.choice ->> 'id' !~ '^[a-z0-9_]{1,20}$', true)
                or coalesce(length(c.choice ->> 'label') not between 1 and 500, true)
                or exists (select 1 from jsonb_object_keys(c.choice) as k (key)
                    where k.key not in ('id', 'label'))
        ) and (
            select count(distinct c.choice ->> 'id') = count(*)
            from jsonb_array_elements(choices) as c (choice)
        ) end;
$$;
comment on function private.choices_are_valid is
'Two to twelve {id, label}, nothing else in them (an answer would show); none for a free text.';

create table public.quizzes (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    lesson_id uuid,
    module_id uuid,
    title text not null constraint title_is_short check (length(title) between 1 and 200),
    description text constraint description_is_limited check (length(description) <= 5000),
    pass_percentage smallint not null default 70
    constraint pass_is_a_percentage check (pass_percentage between 0 and 100),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint quiz_is_of_a_lesson_or_a_module check (num_nonnulls(lesson_id, module_id) = 1),
    constraint quizzes_of_academy unique (academy_id, id),
    constraint quizzes_lesson foreign key (academy_id, lesson_id)
    references public.lessons (academy_id, id),
    constraint quizzes_module foreign key (academy_id, module_id)
    references public.modules (academy_id, id)
);
comment on table public.quizzes is 'A test of a lesson or a module, seen with its content.';
create index quizzes_by_lesson on public.quizzes (academy_id, lesson_id);
create index quizzes_by_module on public.quizzes (academy_id, module_id);

create table public.quiz_questions (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    quiz_id uuid not null,
    order_index integer not null constraint order_starts_at_one check (order_index >= 1),
    kind text not null constraint kind_is_known check (kind in ('single', 'multiple', 'text')),
    prompt text not null constraint prompt_is_limited check (length(prompt) between 1 and 2000),
    choices jsonb constraint choices_fit_the_kind check (private.choices_are_valid(kind, choices)),
    points smallint not null default 1
    constraint points_are_few check (points between 1 and 100),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint quiz_questions_of_academy unique (academy_id, id),
    constraint question_order_is_unique_in_quiz unique (quiz_id, order_index),
    constraint quiz_questions_quiz foreign key (academy_id, quiz_id)
    references public.quizzes (academy_id, id)
);
comment on table public.quiz_questions is 'What a learner sees of a question; never its answer.';
create index quiz_questions_by_quiz on public.quiz_questions (academy_id, quiz_id);

create table private.quiz_answer_keys (
    question_id uuid primary key,
    academy_id uuid not null,
    correct jsonb not null constraint correct_is_a_list check (
        jsonb_typeof(correct) = 'array' and jsonb_array_length(correct) between 1 and 20
    ),
    explanation text constraint explanation_is_limited check (length(explanation) <= 5000),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint quiz_answer_keys_question foreign key (academy_id, question_id)
    references public.quiz_questions (academy_id, id)
);
comment on table private.quiz_answer_keys is
'The right answers: ids of choices, or texts that count. No API role reads it, staff neither.';
create index quiz_answer_keys_by_question
on private.quiz_answer_keys (academy_id, question_id);

alter table public.quizzes enable row level security;
alter table public.quiz_questions enable row level security;
alter table private.quiz_answer_keys enable row level security;
grant select on public.quizzes, public.quiz_questions to authenticated, service_role;
create trigger touch_updated_at before update on public.quizzes
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.quiz_questions
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on private.quiz_answer_keys
for each row execute function private.touch_updated_at();
