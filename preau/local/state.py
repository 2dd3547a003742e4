"""What the supervisor tells about itself: `state.json` in the state folder.

Only the supervisor writes it, and always whole (written beside it, then moved), so that a reader
never sees half of it. `preau status`, `down`, `logs` and the next `up` read it.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from preau.local.process import ProcessId

Phase = Literal["starting", "ready", "stopping", "stopped", "failed"]
Status = Literal["waiting", "starting", "healthy", "unhealthy", "restarting", "failed", "stopped"]
VERSION = 1


@dataclass
class StepState:
    """One step of the start, for the progress that `up` shows. Seconds are None while it runs."""

    name: str
    seconds: float | None = None
    note: str = ""


@dataclass
class PieceState:
    """One process of the stack; `restarts` counts since the start, `last_error` is a sentence."""

    status: Status = "waiting"
    url: str | None = None
    process: ProcessId | None = None
    restarts: int = 0
    last_error: str | None = None


@dataclass
class State:
    """The whole of state.json; `error` is a sentence and `hint` what to do about it."""

    supervisor: ProcessId
    port_base: int
    mode: Literal["local", "remote"] = "local"
    phase: Phase = "starting"
    steps: list[StepState] = field(default_factory=list)
    pieces: dict[str, PieceState] = field(default_factory=dict)
    error: str | None = None
    hint: str | None = None
    failed_piece: str | None = None

    def is_running(self) -> bool:
        """Tell whether the supervisor that wrote this still runs."""
        return self.supervisor.is_alive()

    def is_well(self) -> bool:
        """Tell whether the stack is up and each of its pieces healthy."""
        return (
            self.is_running()
            and self.phase == "ready"
            and all(piece.status == "healthy" for piece in self.pieces.values())
        )

    def write(self, file: Path) -> None:
        """Replace the file."""
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps({"version": VERSION} | asdict(self), indent=2) + "\n")
        draft.replace(file)


def read(file: Path) -> State | None:
    """Return what the file says, or None where there is none that can be read."""
    try:
        found: dict[str, Any] = json.loads(file.read_text())
        if found.pop("version") != VERSION:
            return None
        found["supervisor"] = ProcessId(**found["supervisor"])
        found["steps"] = [StepState(**step) for step in found["steps"]]
        found["pieces"] = {
            name: PieceState(**piece | {"process": _process(piece["process"])})
            for name, piece in found["pieces"].items()
        }
        return State(**found)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(file: Path) -> None:
    """Remove the file."""
    with contextlib.suppress(FileNotFoundError):
        file.unlink()


def _process(found: dict[str, int] | None) -> ProcessId | None:
    return ProcessId(**found) if found else None
