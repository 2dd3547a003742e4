-- Academies (the tenants) and their accounts with outside providers.

create table public.academies (
    id uuid primary key default gen_random_uuid(),
    slug text not null unique
    constraint slug_is_lower_case_words check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text not null constraint name_is_short check (length(name) between 1 and 120),
    country text not null constraint country_is_iso_3166 check (country ~ '^[A-Z]{2}$'),
    currency text not null constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
    locale text not null default 'fr',
    timezone text not null default 'Europe/Paris',
    site_url text not null constraint site_url_is_http check (site_url ~ '^https?://[^\s]+$'),
    sender_name text not null,
    sender_email text not null constraint sender_email_is_address check (sender_email ~ '^\S+@\S+$'),
    reply_to text constraint reply_to_is_address check (reply_to ~ '^\S+@\S+$'),
    branding jsonb not null default '{}'
    constraint branding_is_an_object check (jsonb_typeof(branding) = 'object'),
    settings jsonb not null default '{}'
    constraint settings_is_an_object check (jsonb_typeof(settings) = 'object'),
    allowed_return_hosts text [] not null default '{}'
    constraint return_hosts_are_whole_and_lower_case check (
        array_position(allowed_return_hosts, null) is null
        and lower(allowed_return_hosts::text) = allowed_return_hosts::text
    ),
    open_to_sign_up boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.academies is
'The tenants. Every row of an academy carries its id; nothing crosses from one to another.';
comment on column public.academies.allowed_return_hosts is
'Hosts (with port where it is not the default) a payment page may send a learner back to.';
comment on column public.academies.settings is
'Rules of the house, read by anyone who sees the academy: nothing secret belongs here.';
comment on column public.academies.open_to_sign_up is
'Whether join_academy(slug) admits anybody; otherwise only an invitation does.';

create table private.provider_accounts (
    id uuid primary key default gen_random_uuid(),
    academy_id uuid not null references public.academies (id),
    slug text not null unique
    constraint slug_is_lower_case_words check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    provider text not null constraint provider_is_known
    check (provider in ('stripe', 'konnect', 'wise', 'sendgrid', 'brevo', 'smtp', 'openai')),
    mode text not null default 'test' constraint mode_is_test_or_live check (mode in ('test', 'live')),
    settings jsonb not null default '{}',
    secret_name text not null
    constraint secret_name_is_an_environment_prefix check (secret_name ~ '^[A-Z][A-Z0-9_]*$'),
    is_default boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint provider_accounts_of_academy unique (academy_id, id)
);
comment on table private.provider_accounts is
'An academy''s own account with a provider. Holds the name of the secret, never the secret.';
comment on column private.provider_accounts.secret_name is
'Prefix of the environment variables: STRIPE_X means STRIPE_X_SECRET_KEY and _WEBHOOK_SECRET.';
create unique index one_default_account_per_provider
on private.provider_accounts (academy_id, provider) where is_default;
comment on index private.one_default_account_per_provider is
'New payments and mails must find exactly one account.';

alter table public.academies enable row level security;
alter table private.provider_accounts enable row level security;
grant select on public.academies to anon, authenticated, service_role;

create trigger touch_updated_at before update on public.academies
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on private.provider_accounts
for each row execute function private.touch_updated_at();

create function private.account_facts(account uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'id', p.id, 'slug', p.slug, 'provider', p.provider, 'mode', p.mode,
        'secret_name', p.secret_name, 'settings', p.settings,
        'academy_id', a.id, 'academy_slug', a.slug
    )
    from private.provider_accounts as p
    inner join public.academies as a on p.academy_id = a.id
    where p.id = account;
$$;
comment on function private.account_facts is 'What Python may know of a provider account.';
