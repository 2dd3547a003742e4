"""Replaces one thing of a server's process, and nothing that is not there."""

from __future__ import annotations

from typing import Any


def put(owner: Any, name: str, replacement: object) -> None:
    """Put something in the place of an attribute. Fails where there is none of that name."""
    getattr(owner, name)
    setattr(owner, name, replacement)


def nothing(*_arguments: object, **_named: object) -> None:
    """Stands for a function that does nothing."""


async def nothing_async(*_arguments: object, **_named: object) -> None:
    """Stands for a coroutine that does nothing."""
