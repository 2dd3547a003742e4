"""The processes of the running stack that a message passes, as `preau status --json` tells."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Server:
    """Realtime: its own address, past the gateway, and the pids of all that takes part."""

    url: str
    pid: int
    postgres: int
    gateway: int

    @property
    def pids(self) -> dict[str, int]:
        """The pids by the names of the report."""
        return {"server": self.pid, "Postgres": self.postgres, "gateway": self.gateway}


def server() -> Server:
    """Find the processes of the stack that `preau env` tells of."""
    asked = subprocess.run(
        [sys.executable, "-m", "preau.cli", "status", "--json"],
        capture_output=True,
        text=True,
        check=False,  # 1 where a piece is unwell, which the run will show
    )
    pieces: dict[str, Any] = json.loads(asked.stdout)["pieces"]
    pid = {name: piece["process"]["pid"] for name, piece in pieces.items()}
    address = pieces["realtime"]["url"].rstrip("/")
    return Server(address, pid["realtime"], pid["postgres"], pid["gateway"])
