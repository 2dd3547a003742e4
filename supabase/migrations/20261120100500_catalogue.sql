-- The catalogue: formations, their modules and cohorts.

create table public.formations (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    slug text not null
    constraint slug_is_lower_case_words check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    title text not null constraint title_is_short check (length(title) between 1 and 200),
    subtitle text,
    description text,
    level text constraint level_is_known
    check (level in ('CAP', 'BAC_PRO', 'BTS', 'SPECIALIZATION')),
    duration_months smallint constraint duration_is_positive check (duration_months > 0),
    max_students integer constraint max_students_is_positive check (max_students > 0),
    features text [] not null default '{}',
    prerequisites text [] not null default '{}',
    is_active boolean not null default true,
    order_index integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint formations_of_academy unique (academy_id, id),
    constraint formation_slug_is_unique_in_academy unique (academy_id, slug)
);
comment on table public.formations is
'A programme that leads to a level. Its price is an offer''s, its places are a cohort''s.';

create table public.modules (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    formation_id uuid not null,
    title text not null constraint title_is_short check (length(title) between 1 and 200),
    description text,
    order_index integer not null constraint order_starts_at_one check (order_index >= 1),
    duration_hours integer constraint duration_is_positive check (duration_hours > 0),
    content_type text not null constraint content_type_is_known
    check (content_type in ('video', 'document', 'quiz', 'practical')),
    is_mandatory boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint modules_of_academy unique (academy_id, id),
    constraint modules_formation foreign key (academy_id, formation_id)
    references public.formations (academy_id, id),
    constraint module_order_is_unique_in_formation
    unique (formation_id, order_index) deferrable
);
comment on table public.modules is
'A step of a formation. What it shows is the public outline; its content is gated apart.';
create index modules_by_formation on public.modules (academy_id, formation_id);

create table public.cohorts (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null,
    formation_id uuid not null,
    name text not null constraint name_is_short check (length(name) between 1 and 120),
    starts_on date not null,
    ends_on date,
    seats integer not null constraint seats_are_positive check (seats > 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint cohort_ends_after_it_starts check (ends_on >= starts_on),
    constraint cohorts_of_academy unique (academy_id, id),
    constraint cohorts_of_formation unique (academy_id, formation_id, id),
    constraint cohorts_formation foreign key (academy_id, formation_id)
    references public.formations (academy_id, id)
);
comment on table public.cohorts is
'One start of a formation, with its seats. Its row is the lock under which seats are given out.';

alter table public.formations enable row level security;
alter table public.modules enable row level security;
alter table public.cohorts enable row level security;
grant select on public.formations, public.modules, public.cohorts
to anon, authenticated, service_role;

create trigger touch_updated_at before update on public.formations
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.modules
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.cohorts
for each row execute function private.touch_updated_at();
