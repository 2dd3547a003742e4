"""The keys of the local stack: the ones `supabase start` has, known to everyone, loopback only.

Published by Supabase (supabase/cli), so that an example copied from its documentation works here
unchanged. Nothing outside `preau.local` imports them: elsewhere keys come from the environment.
"""

from __future__ import annotations

JWT_SECRET = "super-secret-jwt-token-with-at-least-32-characters-long"  # noqa: S105  known to all

# HS256 under JWT_SECRET: {"iss": "supabase-demo", "role": …, "exp": 1983812996}, good until 2032.
ANON_JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    ".eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6ImFub24iLCJleHAiOjE5ODM4MTI5OTZ9"
    ".CRXP1A7WOeoJeXxjNni43kdQwgnWNReilDMblYTn_I0"
)
SERVICE_ROLE_JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    ".eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImV4cCI6MTk4MzgxMjk5Nn0"
    ".EGIM96RAZx35lJzdJsyH-qQwv8Hdp7fsn3W0YpN81IU"
)

PUBLISHABLE_KEY = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH"
SECRET_KEY = "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"  # noqa: S105  known to all

# What a key stands for at the gateway: the token PostgREST is given in its place.
ROLE_TOKENS = {
    PUBLISHABLE_KEY: ANON_JWT,
    ANON_JWT: ANON_JWT,
    SECRET_KEY: SERVICE_ROLE_JWT,
    SERVICE_ROLE_JWT: SERVICE_ROLE_JWT,
}

# Every database role that logs in has this password, as with `supabase start`.
DATABASE_PASSWORD = "postgres"  # noqa: S105  known to all


def database_url(port: int, role: str = "postgres", database: str = "postgres") -> str:
    """Return the loopback URL of the stack's Postgres for a role."""
    return f"postgresql://{role}:{DATABASE_PASSWORD}@127.0.0.1:{port}/{database}"
