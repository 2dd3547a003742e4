"""The hot reads of policies.toml, who asks them, and how two sides are timed in turn."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Awaitable, Callable
from hashlib import md5
from pathlib import Path
from uuid import UUID

WARM_UP = 20
MECA = "a0000000-0000-4000-8000-000000000001"
READS: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("policies.toml").read_text()
)


def _seeded(name: str) -> UUID:
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())


PEOPLE = {"alice": _seeded("bench/person/77"), "admin": _seeded("bench/person/1")}


def filled(text: str) -> str:
    """A path or a statement with the ids it asks for."""
    formation = _seeded(f"bench/formation/{MECA}/3")
    return text.format(meca=MECA, formation=formation, **PEOPLE)


def claims(who: str) -> dict[str, object]:
    """What a token of theirs says."""
    role = {"visitor": "anon", "service": "service_role"}.get(who, "authenticated")
    person = {"sub": str(PEOPLE[who]), "aal": "aal2"} if who in PEOPLE else {}
    return {"role": role, "exp": int(time.time()) + 3600} | person


async def in_turn(
    one: Callable[[], Awaitable[object]], other: Callable[[], Awaitable[object]], times: int
) -> tuple[float, float]:
    """The median milliseconds of each, taken alternately so that both have the same weather."""
    spent: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + WARM_UP):
        for side, act in enumerate((one, other)):
            began = time.perf_counter()
            await act()
            if turn >= WARM_UP:  # by then plans and caches are what they are in a busy pool
                spent[side].append((time.perf_counter() - began) * 1000)
    first, second = (sorted(side)[len(side) // 2] for side in spent)
    return first, second
