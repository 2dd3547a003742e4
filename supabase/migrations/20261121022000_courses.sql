-- Subjects, courses and lessons: what is taught online, one lesson at a time.

create table public.subjects (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    code text not null constraint code_is_upper_case check (code ~ '^[A-Z][A-Z0-9_]{1,39}$'),
    title text not null constraint title_is_short check (length(title) between 1 and 120),
    order_index integer not null default 0,
    archived_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint subjects_of_academy unique (academy_id, id),
    constraint subject_code_is_unique_in_academy unique (academy_id, code)
);
comment on table public.subjects is
'What an academy teaches (MATHEMATIQUES, NSI …): courses, offers and coaches refer to it.';

create table public.courses (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    subject_id uuid,
    slug text not null
    constraint slug_is_lower_case_words check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null constraint title_is_short check (length(title) between 1 and 200),
    short_description text
    constraint short_description_is_short check (length(short_description) <= 500),
    description text constraint description_is_limited check (length(description) <= 20000),
    pillar_number smallint constraint pillar_is_positive check (pillar_number > 0),
    emoji text constraint emoji_is_short check (length(emoji) <= 16),
    color_gradient text constraint color_gradient_is_short check (length(color_gradient) <= 200),
    duration_weeks smallint constraint duration_is_positive check (duration_weeks > 0),
    thumbnail_url text constraint thumbnail_is_https
    check (thumbnail_url ~ '^https://\S+$' and length(thumbnail_url) <= 2000),
    required_feature text
    constraint required_feature_is_a_key check (required_feature ~ '^[a-z][a-z0-9_]*$'),
    is_published boolean not null default false,
    archived_at timestamptz,
    order_index integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint archived_course_was_published check (archived_at is null or is_published),
    constraint courses_of_academy unique (academy_id, id),
    constraint course_slug_is_unique_in_academy unique (academy_id, slug),
    constraint courses_subject foreign key (academy_id, subject_id)
    references public.subjects (academy_id, id)
);
comment on table public.courses is
'A sequence of lessons. Archived: off the catalogue, open to whoever has access.';
comment on column public.courses.required_feature is
'The feature of a subscription (offer_grants.feature) that opens the course; empty: none does.';
create index courses_by_subject on public.courses (academy_id, subject_id);
create index idx_courses_slug on public.courses (slug);
create index idx_courses_pillar_number on public.courses (pillar_number);
create index idx_courses_order_index on public.courses (order_index);

create table public.lessons (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    course_id uuid not null,
    lesson_number integer not null constraint lessons_start_at_one check (lesson_number >= 1),
    slug text constraint slug_is_lower_case_words check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null constraint title_is_short check (length(title) between 1 and 200),
    description text constraint description_is_limited check (length(description) <= 5000),
    duration_minutes integer
    constraint duration_is_plausible check (duration_minutes between 1 and 1440),
    release_day_offset integer not null default 0
    constraint release_is_within_ten_years check (release_day_offset between 0 and 3650),
    is_free boolean not null default false,
    is_published boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint lessons_of_academy unique (academy_id, id),
    constraint lessons_course foreign key (academy_id, course_id)
    references public.courses (academy_id, id),
    constraint lesson_number_is_unique_in_course unique (course_id, lesson_number) deferrable,
    constraint lesson_slug_is_unique_in_course unique (course_id, slug)
);
comment on table public.lessons is
'A lesson as the outline shows it. What it teaches is lesson_contents, a gated row apart.';
comment on column public.lessons.release_day_offset is
'Days of 24 hours after access began until the content opens.';
create index lessons_by_course on public.lessons (academy_id, course_id);
create index idx_lessons_lesson_number on public.lessons (lesson_number);
create index lessons_free on public.lessons (academy_id) where is_free and is_published;
comment on index public.lessons_free is 'Every request for contents asks which lessons are free.';

alter table public.subjects enable row level security;
alter table public.courses enable row level security;
alter table public.lessons enable row level security;
grant select on public.subjects, public.courses, public.lessons
to anon, authenticated, service_role;
grant update (title, order_index) on public.subjects to authenticated;
grant update (
    title, short_description, description, pillar_number, emoji, color_gradient, duration_weeks,
    thumbnail_url, order_index
) on public.courses to authenticated;
grant update (title, description, duration_minutes, release_day_offset, is_free)
on public.lessons to authenticated;

create trigger touch_updated_at before update on public.subjects
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.courses
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.lessons
for each row execute function private.touch_updated_at();
