"""The stack that is measured: the one that runs (`make up ARGS=--detach`), as `preau env` tells."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from rich.console import Console

console = Console(width=150, highlight=False)


@dataclass(frozen=True)
class Target:
    """Where the pieces are. `environment` is what `preau env` prints."""

    environment: dict[str, str]

    @property
    def url(self) -> str:
        """The gateway."""
        return self.environment["SUPABASE_URL"]

    @property
    def postgrest(self) -> str:
        """PostgREST itself, ten ports above the gateway."""
        host, port = self.url.rsplit(":", 1)
        return f"{host}:{int(port) + 10}"

    @property
    def database(self) -> str:
        """Postgres, as the migration role."""
        return self.environment["SUPABASE_DB_URL"]


def running() -> Target:
    """The running stack; exits with a sentence when there is none."""
    asked = subprocess.run(
        [sys.executable, "-m", "preau.cli", "env"], capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        console.print("[red]No stack is running.[/] Start one: make up ARGS=--detach")
        raise SystemExit(1)
    pairs = (line.split("=", 1) for line in asked.stdout.splitlines() if "=" in line)
    return Target({name: value.strip("'\"") for name, value in pairs})


def row(what: str, ours: str, peer: str, ratio: float) -> None:
    """One line of the report."""
    console.print(f"  {what:<46} {ours:>18} {peer:>34}   ratio {ratio:.2f}")
