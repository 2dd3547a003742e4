"""The statements of the Realtime server, one file each; the file's comment says why."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def load(name: str) -> bytes:
    """Return the statement in `<name>.sql`, as bytes: psycopg asks for these or a literal."""
    return (files(__name__) / f"{name}.sql").read_bytes()
