"""The processes of the stack: what each is started with, after what, and how its health is asked.

A piece whose callers retry starts at once; `after` is only for what a piece cannot start without.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from preau.local import auth, environment, gateway, health, keys, postgrest, process
from preau.local.config import Config
from preau.local.paths import Home
from preau.local.ports import Ports
from preau.local.postgres import Cluster, superuser_url
from preau.local.programs import Programs
from preau.local.supervisor import Piece

SCHEMA = "schema"  # not a piece: the database is up to date
# Which ports each piece needs, for the check before the start.
NEEDS = {
    "postgres": ("postgres",),
    "inbox": ("inbox", "smtp"),
    "stripe": ("stripe",),
    "postgrest": ("postgrest", "postgrest_admin"),
    "auth": ("auth",),
    "functions": ("functions",),
    "realtime": ("realtime",),
    "gateway": ("gateway",),
}


def postgres(cluster: Cluster) -> Piece:
    """Return Postgres. SIGINT is its fast shutdown, also when the supervisor is killed."""
    return Piece(
        name="postgres",
        title="Postgres",
        command=cluster.command(),
        env=process.base_env() | {"LC_ALL": "C"},
        check=health.postgres(cluster.port),
        url=f"postgresql://postgres:postgres@127.0.0.1:{cluster.port}/postgres",
        account=cluster.account,
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
        stop_seconds=30,
    )


def local(
    home: Home, ports: Ports, programs: Programs, config: Config, outside: Mapping[str, str]
) -> list[Piece]:
    """Return every other piece of the local stack, the stand-in only where Stripe is not used."""
    environment.refuse_live_keys(outside)
    env = environment.child_env(ports, outside)
    pieces = [
        inbox(home, ports),
        postgrest.piece(programs, config, ports),
        _auth(home, ports, programs, config),
        realtime(home, ports),
        _gateway(home, ports, programs, config),
        functions(ports, env),
        workers(env, after=frozenset({"gateway", SCHEMA})),
        clock(home),
    ]
    return pieces if environment.real_stripe(outside) else [stripe(home, ports), *pieces]


def remote(ports: Ports, outside: Mapping[str, str]) -> list[Piece]:
    """Return what runs beside a Supabase elsewhere: functions and workers."""
    env = dict(outside) | {"FUNCTIONS_PORT": str(ports["functions"])}
    return [functions(ports, env), workers(env)]


def inbox(home: Home, ports: Ports) -> Piece:
    """Return the mailbox of everybody: SMTP in, a page and JSON out."""
    return Piece(
        name="inbox",
        title="Inbox",
        command=[
            *(sys.executable, "-m", "preau.local.inbox", "--home", str(home.root / "inbox")),
            *("--smtp-port", str(ports["smtp"]), "--web-port", str(ports["inbox"])),
        ],
        env=_ours(),
        check=health.http(ports["inbox"], "/health"),
        url=ports.url("inbox"),
    )


def stripe(home: Home, ports: Ports) -> Piece:
    """Return the stand-in for Stripe, with an account for each seeded academy."""
    accounts = home.root / "stripe-accounts.json"
    entries = [account.entry(ports) for account in environment.standin_accounts()]
    accounts.write_text(json.dumps(entries, indent=2) + "\n")
    return Piece(
        name="stripe",
        title="Stripe stand-in",
        command=[
            *(sys.executable, "-m", "preau.local.stripe", "--port", str(ports["stripe"])),
            *("--home", str(home.root / "stripe"), "--accounts", str(accounts)),
        ],
        env=_ours(),
        check=health.http(ports["stripe"], "/health"),
        url=ports.url("stripe"),
    )


def realtime(home: Home, ports: Ports) -> Piece:
    """Return the Realtime server. As superuser it reads the log, and asks policies as anybody.

    `PREAU_LOCAL_REALTIME` from outside changes its limits.
    """
    own = {
        "REALTIME_DB_URL": superuser_url(home, ports["postgres"]),
        "REALTIME_JWT_SECRET": keys.JWT_SECRET,
    }
    return Piece(
        name="realtime",
        title="Realtime",
        command=[sys.executable, "-m", "preau.local.realtime", "--port", str(ports["realtime"])],
        env=_ours() | own,
        check=health.http(ports["realtime"], "/health"),
        after=frozenset({"postgres", SCHEMA}),
        url=ports.url("realtime"),
    )


def functions(ports: Ports, env: Mapping[str, str]) -> Piece:
    """Return the HTTP functions. Their own `health` asks the whole stack, so it is not asked."""
    return Piece(
        name="functions",
        title="Functions",
        command=[
            *(sys.executable, "-m", "preau.cli", "serve"),
            *("--host", "127.0.0.1", "--port", str(ports["functions"])),
        ],
        env=env,
        check=health.tcp(ports["functions"]),
        url=f"{ports.url('functions')}/functions/v1",
    )


def workers(env: Mapping[str, str], after: frozenset[str] = frozenset()) -> Piece:
    """Return the workers of every queue, in one process. They drain when they are stopped."""
    return Piece(
        name="workers",
        title="Workers",
        command=[sys.executable, "-m", "preau.cli", "work"],
        env=env,
        check=health.alive(),
        after=after,
        stop_seconds=25,
    )


def clock(home: Home) -> Piece:
    """Return the clock, which plays the stand-in for pg_cron as the superuser."""
    return Piece(
        name="clock",
        title="Clock",
        command=[sys.executable, "-m", "preau.cli", "work", "clock"],
        env=_ours() | {"PREAU_HOME": str(home.root)},
        check=health.alive(0.5),
        after=frozenset({SCHEMA}),
    )


def _auth(home: Home, ports: Ports, programs: Programs, config: Config) -> Piece:
    command, env, address = auth.auth_piece(ports, config, home, programs.node)
    return Piece(
        name="auth",
        title="Auth and Storage",
        command=command,
        env=process.base_env() | env,
        check=_ask(address),
        after=frozenset({SCHEMA}),
        url=ports.url("auth"),
    )


def _gateway(home: Home, ports: Ports, programs: Programs, config: Config) -> Piece:
    command, env, address = gateway.gateway_piece(ports, config, home, programs.caddy)
    return Piece(
        name="gateway",
        title="Gateway",
        command=command,
        env=process.base_env() | env,
        check=_ask(address),
        after=frozenset({"postgrest", "auth", "functions"}),
        url=ports.url("gateway"),
    )


def _ask(address: str) -> health.Check:
    parts = urlsplit(address)
    return health.http(parts.port or 80, parts.path or "/")


def _ours() -> dict[str, str]:
    return process.base_env() | {"PREAU_LOCAL_STACK": "1"}
