"""Who asks: an actor, what the manifest calls them, and what they are to whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.support.database import Actor
from tests.support.people import AURORA, MECA, Person

OPEN = frozenset({MECA, AURORA})
Pair = tuple[UUID, UUID]
"""An academy and a person in it."""


@dataclass(frozen=True)
class Persona:
    """Somebody who asks; facts about them come from the fixture rows, never from our helpers."""

    name: str
    kind: str
    actor: Actor
    member_of: frozenset[UUID] = frozenset()
    runs: frozenset[UUID] = frozenset()
    wards: frozenset[Pair] = frozenset()
    team: frozenset[Pair] = frozenset()

    @property
    def id(self) -> UUID | None:
        """Who they are; None without a person."""
        return self.actor.id if isinstance(self.actor, Person) else None


def sees(atom: str, who: Persona, row: dict[str, object]) -> bool:
    """Whether one atom of a scope reaches a row with these labels."""
    there, people = set(_ids(row["academies"])), set(_ids(row["people"]))
    match atom:
        case "nothing":
            return False
        case "published":
            return bool(row["published"] and there & (OPEN | who.member_of))
        case "open":
            return bool(row["published"] or there & who.member_of)
        case "self":
            return who.id in people
        case "own":
            return who.id in people and bool(there & who.member_of)
        case "child":
            return any(a in there and p in people for a, p in who.wards)
        case "team":
            return any(a in there and p in people for a, p in who.team)
        case "listed":
            return bool(set(_ids(row["listed_in"])) & who.member_of)
        case "accessible":
            return who.id in set(_ids(row["open_to"]))
        case "academy":
            return bool(there & who.runs)
    raise ValueError(atom)


def scope(words: str, who: Persona, rows: list[dict[str, object]]) -> set[str] | None:
    """The keys of the rows that a scope reaches; None where the request itself is refused."""
    if words == "refused":
        return None
    return {str(r["key"]) for r in rows if any(sees(atom, who, r) for atom in words.split(" + "))}


def _ids(value: object) -> list[UUID]:
    assert isinstance(value, list)
    return value
