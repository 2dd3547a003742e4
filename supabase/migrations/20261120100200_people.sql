-- People: one profile a person, one membership per academy, roles as rows.

create type public.member_role as enum (
    'student', 'parent', 'coach', 'assistant', 'garage', 'admin'
);
comment on type public.member_role is
'What a member is in one academy. Staff = assistant and admin; a coach sees only own learners.';

create table public.profiles (
    id uuid primary key,
    first_name text constraint first_name_is_one_short_line
    check (length(first_name) <= 80 and first_name !~ '[[:cntrl:]]'),
    last_name text constraint last_name_is_one_short_line
    check (length(last_name) <= 80 and last_name !~ '[[:cntrl:]]'),
    full_name text generated always as (
        nullif(btrim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')
    ) stored,
    avatar_url text constraint avatar_url_is_a_web_address
    check (avatar_url ~ '^https?://\S+$' and length(avatar_url) <= 500),
    cover_url text constraint cover_url_is_a_web_address
    check (cover_url ~ '^https?://\S+$' and length(cover_url) <= 500),
    bio text constraint bio_is_short check (length(bio) <= 2000),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.profiles is
'The face of a person. The id is the auth user''s; no foreign key, since a profile outlives it.';

create table public.profile_details (
    user_id uuid primary key references public.profiles (id),
    email text,
    phone text constraint phone_is_short check (length(phone) <= 30),
    birth_date date constraint birth_date_is_plausible check (birth_date > '1900-01-01'),
    address text constraint address_is_short check (length(address) <= 300),
    city text constraint city_is_short check (length(city) <= 120),
    postal_code text constraint postal_code_is_short check (length(postal_code) <= 12),
    locale text constraint locale_is_a_tag check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'),
    notification_preferences jsonb not null default '{}' constraint preferences_are_small
    check (jsonb_typeof(notification_preferences) = 'object'
        and length(notification_preferences::text) <= 2000),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.profile_details is
'What only the person may read. The e-mail address mirrors auth.users and is not theirs to edit here.';

create table public.members (
    academy_id uuid not null references public.academies (id),
    user_id uuid not null references public.profiles (id),
    status text not null default 'active' constraint status_is_known
    check (status in ('invited', 'pending', 'active', 'suspended', 'left')),
    joined_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (academy_id, user_id)
);
comment on table public.members is
'Who belongs to an academy. Kept for ever: every column that names a person points here.';
create index members_by_person on public.members (user_id, academy_id) where status = 'active';
comment on index public.members_by_person is 'Policies ask at each query where the caller is active.';
create index members_of_person on public.members (user_id);

create table public.member_roles (
    academy_id uuid not null,
    user_id uuid not null,
    role public.member_role not null,
    granted_at timestamptz not null default now(),
    primary key (academy_id, user_id, role),
    constraint roles_belong_to_a_member foreign key (academy_id, user_id)
    references public.members (academy_id, user_id) on delete cascade
);
comment on table public.member_roles is
'Roles are rows, not token claims: taking one away counts at the next query.';
create index member_roles_by_person on public.member_roles (user_id, role, academy_id);

alter table public.profiles enable row level security;
alter table public.profile_details enable row level security;
alter table public.members enable row level security;
alter table public.member_roles enable row level security;

grant select on public.profiles, public.profile_details, public.members, public.member_roles
to authenticated, service_role;
grant update (first_name, last_name, avatar_url, cover_url, bio) on public.profiles to authenticated;
grant update (phone, birth_date, address, city, postal_code, locale, notification_preferences)
on public.profile_details to authenticated;

create trigger touch_updated_at before update on public.profiles
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.profile_details
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.members
for each row execute function private.touch_updated_at();
