"""What the server is told at its start, and by nobody later."""

from __future__ import annotations

from dataclasses import dataclass, field

from preau.local import keys
from preau.local.realtime.limits import Limits


@dataclass(frozen=True)
class Config:
    """`database_url` is a superuser's: policies are asked and the log is read with it."""

    port: int
    database_url: str
    jwt_secret: str = keys.JWT_SECRET
    limits: Limits = field(default_factory=Limits)
