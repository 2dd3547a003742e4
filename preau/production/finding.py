"""What a check answers, of a deployment or of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """What one check found; `todo` is what to do where it is not ok."""

    subject: str
    ok: bool
    detail: str
    todo: str = ""
    warning: bool = False
    """To be known and weighed, yet nothing that keeps the deployment from working."""

    @property
    def level(self) -> Level:
        """How much it matters."""
        if self.ok:
            return "ok"
        return "warning" if self.warning else "problem"
