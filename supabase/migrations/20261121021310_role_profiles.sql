-- What a person is in one academy: as a member, student, garage, coach, parent.

create function private.is_short_list(words text [], most integer, longest integer)
returns boolean
language sql
immutable
set search_path = ''
as $$
    select cardinality(words) <= most and array_position(words, null) is null
        and coalesce((
            select bool_and(length(w) between 1 and longest and w !~ '[[:cntrl:]]')
            from unnest(words) as w
        ), true);
$$;
comment on function private.is_short_list is 'Lists people type have few and short entries.';
grant execute on function private.is_short_list to authenticated, service_role;

create table public.member_profiles (
    academy_id uuid not null,
    user_id uuid not null,
    city text constraint city_is_short check (length(city) <= 120),
    interests text [] not null default '{}'
    constraint interests_are_few_and_short check (private.is_short_list(interests, 20, 60)),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id),
    constraint member_profiles_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.member_profiles is
'What fellow members may read of somebody, where the academy''s directory shows them.';

create table public.member_onboarding (
    academy_id uuid not null,
    user_id uuid not null,
    onboarding_completed boolean not null default false,
    onboarding_answers jsonb not null default '{}' constraint answers_are_small check (
        jsonb_typeof(onboarding_answers) = 'object' and length(onboarding_answers::text) <= 8000
    ),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id),
    constraint member_onboarding_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.member_onboarding is
'Answers to the academy''s first questions, apart from member_profiles so that no directory has them.';

create table public.student_profiles (
    academy_id uuid not null,
    user_id uuid not null,
    grade text constraint grade_is_short check (length(grade) <= 60),
    education_level text constraint education_level_is_short check (length(education_level) <= 120),
    employment_status text constraint employment_status_is_short
    check (length(employment_status) <= 120),
    motivation_letter text constraint motivation_letter_is_a_letter
    check (length(motivation_letter) <= 8000),
    financing_type text constraint financing_type_is_known
    check (financing_type in ('cpf', 'pole_emploi', 'opco', 'self', 'installments')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id),
    constraint student_profiles_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.student_profiles is 'A student''s class, level, situation and reasons.';

create table public.garage_profiles (
    academy_id uuid not null,
    user_id uuid not null,
    company_name text not null
    constraint company_name_is_one_short_line
    check (length(company_name) between 1 and 160 and company_name !~ '[[:cntrl:]]'),
    siret text constraint siret_is_one check (private.is_siret(siret)),
    address text constraint address_is_short check (length(address) <= 300),
    city text constraint city_is_short check (length(city) <= 120),
    postal_code text constraint postal_code_is_short check (length(postal_code) <= 12),
    team_size integer constraint team_size_is_plausible check (team_size between 1 and 10000),
    specializations text [] not null default '{}' constraint specializations_are_few_and_short
    check (private.is_short_list(specializations, 30, 80)),
    verified boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id),
    constraint garage_profiles_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.garage_profiles is 'The company behind a garage''s account.';
comment on column public.garage_profiles.team_size is 'Informative: seats are what was bought.';

create table public.coach_profiles (
    academy_id uuid not null,
    user_id uuid not null,
    pseudonym text constraint pseudonym_is_one_short_line
    check (length(pseudonym) between 1 and 60 and pseudonym !~ '[[:cntrl:]]'),
    subjects text [] not null default '{}' constraint subjects_are_codes check (
        private.is_short_list(subjects, 30, 40) and subjects::text !~ '[^A-Z0-9_,{}]'
    ),
    available_online boolean not null default false,
    available_in_person boolean not null default false,
    bio text constraint bio_is_short check (length(bio) <= 2000),
    verified boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id),
    constraint one_coach_of_a_pseudonym unique (academy_id, pseudonym),
    constraint coach_profiles_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.coach_profiles is 'How a coach is shown to the academy''s members: Hélios, Zénon.';

create table public.parent_profiles (
    academy_id uuid not null,
    user_id uuid not null,
    city text constraint city_is_short check (length(city) <= 120),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id),
    constraint parent_profiles_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.parent_profiles is 'A parent; whose is said by guardianships.';

create table public.bank_details (
    academy_id uuid not null,
    user_id uuid not null,
    holder text not null constraint holder_is_one_short_line
    check (length(holder) between 1 and 140 and holder !~ '[[:cntrl:]]'),
    iban text not null constraint iban_is_one check (private.is_iban(iban)),
    bic text constraint bic_is_one check (bic ~ '^[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id),
    constraint bank_details_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id)
);
comment on table public.bank_details is 'Where the academy pays somebody: a coach, a refund by transfer.';
