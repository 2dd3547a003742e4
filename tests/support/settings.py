"""An academy's settings, as tests need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.support.database import Db
from tests.support.people import MECA, Person


def settings(db: Db, given: dict[str, Any], academy: UUID = MECA) -> None:
    """Replace an academy's settings, as its owner."""
    db.execute("update public.academies set settings = %s where id = %s", [Jsonb(given), academy])


@dataclass(frozen=True)
class Claiming:
    """Somebody with other claims in their token."""

    person: Person
    changed: dict[str, Any]
    role: str = "authenticated"

    @property
    def claims(self) -> dict[str, Any]:
        """The person's, changed."""
        return self.person.claims | self.changed


def at_aal2(person: Person) -> Claiming:
    """The person after a second factor."""
    return Claiming(person, {"aal": "aal2"})


def anonymously(person: Person) -> Claiming:
    """The person as an anonymous user."""
    return Claiming(person, {"is_anonymous": True})
