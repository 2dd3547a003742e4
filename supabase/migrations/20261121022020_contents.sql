-- Contents: what somebody pays for, one gated row for each lesson and module.

create function private.attachments_are_valid(attachments jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select case when jsonb_typeof(attachments) <> 'array' then false else
        jsonb_array_length(attachments) <= 20 and not exists (
            select 1 from jsonb_array_elements(attachments) as a (file)
            where coalesce(jsonb_typeof(a.file) <> 'object', true)
                or coalesce(length(a.file ->> 'title') not between 1 and 200, true)
                or coalesce(a.file ->> 'url' !~ '^https://\S+$', true)
                or length(a.file ->> 'url') > 2000
        ) end;
$$;
comment on function private.attachments_are_valid is
'At most 20 files, each {title, url}. Immutable, so that a check constraint may ask it.';

-- academy_id stands first: PostgREST embeds one object where the columns of key and reference agree.
create table public.lesson_contents (
    academy_id uuid not null,
    lesson_id uuid primary key,
    content text constraint content_is_limited check (length(content) <= 200000),
    video_url text constraint video_is_https
    check (video_url ~ '^https://\S+$' and length(video_url) <= 2000),
    attachments jsonb not null default '[]'
    constraint attachments_are_files check (private.attachments_are_valid(attachments)),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint lesson_contents_of_academy unique (academy_id, lesson_id),
    constraint lesson_contents_lesson foreign key (academy_id, lesson_id)
    references public.lessons (academy_id, id)
);
comment on table public.lesson_contents is
'Text, video and files of a lesson, readable by whom it is released for. Apart from lessons, since '
'a policy hides rows, never columns. Unique with its academy: one row embeds as one object.';

create table public.module_contents (
    academy_id uuid not null,
    module_id uuid primary key,
    content text constraint content_is_limited check (length(content) <= 200000),
    content_url text constraint content_url_is_https
    check (content_url ~ '^https://\S+$' and length(content_url) <= 2000),
    attachments jsonb not null default '[]'
    constraint attachments_are_files check (private.attachments_are_valid(attachments)),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint module_contents_of_academy unique (academy_id, module_id),
    constraint module_contents_module foreign key (academy_id, module_id)
    references public.modules (academy_id, id)
);
comment on table public.module_contents is
'What a module is made of, readable with access to its formation.';

alter table public.lesson_contents enable row level security;
alter table public.module_contents enable row level security;
grant select on public.lesson_contents, public.module_contents to authenticated, service_role;
create trigger touch_updated_at before update on public.lesson_contents
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.module_contents
for each row execute function private.touch_updated_at();
