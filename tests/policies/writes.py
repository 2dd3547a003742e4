"""What may be written through the API: the cells of UPDATE, and how many rows each must touch."""

from __future__ import annotations

from typing import LiteralString

import psycopg

from tests.policies.conftest import World
from tests.support.database import Db, acting_as

BLIND: dict[str, LiteralString] = {
    "profiles": "update public.profiles set bio = 'x'",
    "profile_details": "update public.profile_details set city = 'x'",
}
# Who updates how many rows when naming none: everybody only their own, staff included.
TOUCHED = {
    "anon": None,
    "a token without a person": 0,
    "sarah": 1,
    "gone": 1,
    "alice": 1,
    "armand": 1,
    "adele": 1,
    "auguste": 1,
}


def wrong_writes(db: Db, world: World, table: str) -> list[str]:
    """The personas whose UPDATE of a whole table touches other rows than their own."""
    wrong = []
    for name, due in TOUCHED.items():
        persona = world.personas[name]
        touched: int | None = None
        try:
            with db.transaction(force_rollback=True), acting_as(db, persona.actor):
                touched = db.execute(BLIND[table]).rowcount
        except psycopg.errors.InsufficientPrivilege:
            pass
        if touched != due:
            wrong.append(f"{name}: {touched} rows instead of {due}")
    return wrong
