"""Where things are: the project, and the state folder of one copy of the stack.

Everything the stack writes lies under its state folder (`.preau` in the project, or `--home`, or
PREAU_HOME), so that `preau reset` can drop it and two copies never meet. The one exception is
Postgres under root when its account may not enter the project: see `preau.local.account`.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LOCAL = Path(__file__).resolve().parent
SUPABASE = PROJECT / "supabase"
MIGRATIONS = SUPABASE / "migrations"
SEEDS = PROJECT / "seed"

# A Unix socket's path holds at most 107 bytes on Linux, 103 on macOS.
SOCKET_PATH_BYTES = 103


@dataclass(frozen=True)
class Home:
    """The state folder of one copy of the stack."""

    root: Path

    @classmethod
    def find(cls, given: Path | None = None) -> Home:
        """Return the folder asked for, else PREAU_HOME, else `.preau` in the project."""
        chosen = given or Path(os.environ.get("PREAU_HOME") or PROJECT / ".preau")
        return cls(chosen.expanduser().resolve())

    @property
    def logs(self) -> Path:
        """The folder of the pieces' logs."""
        return self.root / "logs"

    @property
    def state_file(self) -> Path:
        """What the supervisor says about itself and its pieces."""
        return self.root / "state.json"

    @property
    def lock_file(self) -> Path:
        """Held by the running supervisor; the system frees it when the process dies."""
        return self.root / "lock"

    @property
    def postgres(self) -> Path:
        """Postgres's programs, data and socket; a link elsewhere where it must be."""
        return self.root / "postgres"

    @property
    def digest(self) -> str:
        """Twelve characters that stand for this folder in names outside it."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]

    def log(self, piece: str) -> Path:
        """Return the log file of a piece."""
        return self.logs / f"{piece}.log"

    def ensure(self) -> None:
        """Create the folder and its logs."""
        self.logs.mkdir(parents=True, exist_ok=True)
