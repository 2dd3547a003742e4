// Creates the tables of Auth and Storage, each as the role that owns them on hosted, and exits.
// Runs after the bootstrap SQL and before the migrations, which may refer to auth.users; safe to
// run again. What hosted's Auth has and lite's tables lack, and SQL elsewhere may count on, is added.
import { getAuthSchemaSql, getStorageSchemaSql } from '@supabase/lite'
import postgres from 'postgres'
import { readSettings } from './settings.mjs'

const authExtras = `
  -- Columns that seeds written for hosted fill in.
  alter table auth.users
    add column if not exists instance_id uuid,
    add column if not exists is_super_admin boolean;
  alter table auth.identities alter column id set default gen_random_uuid();

  -- How a session was signed in to: the amr claim of its tokens.
  create table if not exists auth.mfa_amr_claims (
    session_id uuid not null references auth.sessions (id) on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    authentication_method text not null,
    id uuid primary key default gen_random_uuid(),
    constraint mfa_amr_claims_session_id_authentication_method_pkey
      unique (session_id, authentication_method)
  );

  -- Second factors, and the questions put to their owners.
  create table if not exists auth.mfa_factors (
    id uuid primary key,
    user_id uuid not null references auth.users (id) on delete cascade,
    friendly_name text,
    factor_type text not null check (factor_type in ('totp', 'webauthn', 'phone')),
    status text not null check (status in ('unverified', 'verified')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    secret text,
    phone text,
    last_challenged_at timestamptz unique
  );
  create unique index if not exists mfa_factors_user_friendly_name_unique
    on auth.mfa_factors (friendly_name, user_id) where trim(friendly_name) <> '';
  create index if not exists mfa_factors_user_id_idx on auth.mfa_factors (user_id);
  create table if not exists auth.mfa_challenges (
    id uuid primary key,
    factor_id uuid not null references auth.mfa_factors (id) on delete cascade,
    created_at timestamptz not null,
    verified_at timestamptz,
    ip_address inet not null,
    otp_code text
  );
  create index if not exists mfa_challenges_factor_id_idx on auth.mfa_challenges (factor_id);

  -- As on hosted: nobody but the owner and roles that bypass it sees these rows.
  do $$
  declare
    name text;
  begin
    for name in
      select relname from pg_class
      where relnamespace = 'auth'::regnamespace and relkind = 'r' and not relrowsecurity
    loop
      execute format('alter table auth.%I enable row level security', name);
    end loop;
  end
  $$;
`

/** Run a script as the role in `url`. */
async function run(url, script) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql.unsafe(script)
  } finally {
    await sql.end()
  }
}

const settings = readSettings()
await run(settings.authDatabaseUrl, getAuthSchemaSql() + authExtras)
await run(settings.storageDatabaseUrl, getStorageSchemaSql())
