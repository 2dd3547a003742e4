"""Which Supabase a command is for: the local stack, or the one that the environment names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from preau.errors import PreauError
from preau.local import keys, migrations, ports, state
from preau.local.paths import Home


@dataclass(frozen=True)
class Database:
    """A database URL, and whether it is the local stack's (or another one on this machine)."""

    url: str
    local: bool


def port_base(home: Home) -> int:
    """Return the port base of this state folder's stack, running or last run."""
    found = state.read(home.state_file)
    if found:
        return found.port_base
    return int(os.environ.get("PREAU_PORT_BASE") or ports.DEFAULT_BASE)


def is_remote(home: Home, base: int) -> bool:
    """Tell whether the environment names a Supabase that is not this local stack.

    An address where the local stack would listen counts as local (`preau env` and `.env.example`
    give it), unless another program answers there: then `supabase start` has it.
    """
    url = os.environ.get("SUPABASE_URL", "")
    secret = os.environ.get("SUPABASE_SECRET_KEY") or os.environ.get("SUPABASE_SERVICE_ROLE_KEY")
    if not url or not secret:
        return False
    parts = urlsplit(url)
    if parts.hostname not in migrations.LOOPBACK or parts.port != base:
        return True
    found = state.read(home.state_file)
    ours = found is not None and found.is_running() and found.port_base == base
    return not ours and ports.answers(base)


def database(home: Home) -> Database:
    """Return the database that migrations and seeds go to.

    That is SUPABASE_DB_URL where it is set, else the running local stack's. `PreauError` if neither
    is there.
    """
    given = os.environ.get("SUPABASE_DB_URL")
    if given:
        return Database(given, urlsplit(given).hostname in migrations.LOOPBACK)
    found = state.read(home.state_file)
    if found is None or not found.is_running() or found.mode != "local":
        raise PreauError(
            "not_running",
            "The local stack is not running, and SUPABASE_DB_URL is not set.",
            "Start it with `preau up --detach`, or set SUPABASE_DB_URL.",
        )
    return Database(keys.database_url(ports.Ports(found.port_base)["postgres"]), local=True)
