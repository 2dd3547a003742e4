"""What `preau doctor` looks at. Each check is one function; it finds, and says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx

from preau.cli import target
from preau.errors import PreauError
from preau.local import checks, config, keys, migrations, ports, programs, state
from preau.local.paths import Home
from preau.production.finding import Finding

NODE_MAJOR = 22
OLD_SECONDS = 300
STACK_TODO = "Look at `preau status` and `preau logs`."


def examine(home: Home) -> list[Finding]:
    """Run every check. An error in one is its finding and does not keep the others from running."""
    found: list[Finding] = []
    looks: list[Callable[[Home], Iterator[Finding]]] = [
        _programs,
        _disk,
        _config,
        _stack,
        _settings,
        _migrations,
        _queues,
    ]
    for look in looks:
        try:
            found += look(home)
        except PreauError as error:
            name = look.__name__.removeprefix("_")
            found.append(Finding(name, False, error.message, error.hint or ""))
    return found


def _programs(_: Home) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", sys.version_info >= (3, 11), version, "Use Python 3.11 or newer.")
    located = programs.require()
    said = subprocess.run(  # one short call of our own Node
        [located.node, "--version"], capture_output=True, text=True, check=False
    ).stdout.strip()
    major = int(said.removeprefix("v").split(".")[0] or 0)
    yield Finding("node", major >= NODE_MAJOR, said or "does not run", "Run `make env`.")
    yield Finding("programs", True, "Postgres, PostgREST, Caddy, Supabase CLI")


def _disk(home: Home) -> Iterator[Finding]:
    checks.disk(home)
    existing = next(step for step in (home.root, *home.root.parents) if step.exists())
    yield Finding("disk", True, f"{shutil.disk_usage(existing).free // 2**30} GB free")


def _config(_: Home) -> Iterator[Finding]:
    found = config.read()
    yield Finding(
        "config.toml",
        "worker" in found.api.schemas,
        f"exposes {', '.join(found.api.schemas)}",
        'Add "worker" to [api] schemas; workers and functions call it.',
    )


def _stack(home: Home) -> Iterator[Finding]:
    base = target.port_base(home)
    if target.is_remote(home, base):
        url = os.environ["SUPABASE_URL"]
        try:
            status = httpx.get(f"{url}/auth/v1/health", timeout=10).status_code
        except httpx.HTTPError as error:
            yield Finding("supabase", False, f"{url}: {error}", "Correct SUPABASE_URL.")
            return
        yield Finding("supabase", status < 500, f"{url} answers {status}", "Look at its dashboard.")
        return
    found = state.read(home.state_file)
    if found is None or not found.is_running():
        ports.check(ports.Ports(base), ports.OFFSETS)
        yield Finding("ports", True, f"{base} to {base + max(ports.OFFSETS.values())} are free")
        yield Finding("stack", False, "is not running", "Start it: preau up --detach.")
        return
    ill = [name for name, piece in found.pieces.items() if piece.status != "healthy"]
    detail = f"not healthy: {', '.join(ill)}" if ill else f"{len(found.pieces)} pieces healthy"
    yield Finding("stack", found.is_well(), detail, STACK_TODO)


def _settings(home: Home) -> Iterator[Finding]:
    """On the local stack the supervisor sets them all; elsewhere somebody must."""
    if not target.is_remote(home, target.port_base(home)):
        return
    needed = [
        ("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY"),
        ("SMTP_HOST",),
        ("SUPABASE_DB_URL",),
    ]
    for names in needed:
        there = any(os.environ.get(name) for name in names)
        yield Finding(
            names[0],
            there,
            "is set" if there else "is not set",
            "Set it in the environment or in .env (.env.example says what it is for).",
        )


def _migrations(home: Home) -> Iterator[Finding]:
    wanted, there = migrations.versions(), migrations.applied(target.database(home).url)
    missing, unknown = set(wanted) - set(there), set(there) - set(wanted)
    detail = f"{len(there)} applied"
    if missing:
        detail += f", {len(missing)} missing"
    if unknown:
        detail += f", {len(unknown)} that this folder does not have"
    yield Finding(
        "migrations",
        not missing and not unknown,
        detail,
        "Run `preau migrate`." if not unknown else "Update this checkout: the database is newer.",
    )


def _queues(home: Home) -> Iterator[Finding]:
    """Ask as a worker does, so that keys, gateway, exposure and grants are checked with it."""
    base = target.port_base(home)
    remote = target.is_remote(home, base)
    url = os.environ["SUPABASE_URL"] if remote else ports.Ports(base).url("gateway")
    key = _secret_key() if remote else keys.SECRET_KEY
    try:
        answer = httpx.post(
            f"{url}/rest/v1/rpc/queue_depths",
            headers={"apikey": key, "Content-Profile": "worker"},
            json={},
            timeout=10,
        )
    except httpx.HTTPError as error:
        yield Finding("queues", False, f"not readable: {error}", STACK_TODO)
        return
    if answer.status_code != 200:
        text = answer.text[:200]
        yield Finding("queues", False, f"not readable: {answer.status_code} {text}", STACK_TODO)
        return
    for row in answer.json():
        age = row["oldest_seconds"] or 0
        yield Finding(
            f"queue {row['queue']}",
            not row["dead"] and age < OLD_SECONDS,
            f"{row['depth']} waiting, {row['dead']} dead letters",
            f"Why: `preau jobs dead {row['queue']}`; put them back: `preau jobs replay`."
            if row["dead"]
            else "Is a worker running? See `preau logs workers`.",
        )


def _secret_key() -> str:
    return os.environ.get("SUPABASE_SECRET_KEY") or os.environ["SUPABASE_SERVICE_ROLE_KEY"]
