"""People with names. They sign up as Auth does it, by a row in auth.users, so that triggers run.

Members of MécaFormation: alice and bob (students), garance (garage), colette (coach), armand
(assistant), adele (admin). Of Aurora50: dora (student), auguste (admin). Of Nexus: nadia (admin).
Sarah, the stranger, has signed up and belongs nowhere; anon has not signed up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db

MECA = UUID("a0000000-0000-4000-8000-000000000001")
AURORA = UUID("a0000000-0000-4000-8000-000000000002")
NEXUS = UUID("a0000000-0000-4000-8000-000000000003")


@dataclass(frozen=True)
class Person:
    """Somebody signed in."""

    id: UUID
    name: str
    role: str = "authenticated"
    aal: str = "aal1"
    is_anonymous: bool = False

    @property
    def email(self) -> str:
        """The address they signed up with."""
        return f"{self.name.lower()}@example.org"

    @property
    def claims(self) -> dict[str, Any]:
        """Auth's claims, as far as anything here reads them."""
        return {
            "sub": str(self.id),
            "role": self.role,
            "email": self.email,
            "aal": self.aal,
            "is_anonymous": self.is_anonymous,
        }


@dataclass(frozen=True)
class Nobody:
    """A request that carries a key and no user's token."""

    role: str

    @property
    def claims(self) -> dict[str, Any]:
        """Only the role: there is no `sub`."""
        return {"role": self.role}


ANON = Nobody("anon")
SERVICE = Nobody("service_role")


@dataclass(frozen=True)
class Cast:
    """Everybody of the module's docstring."""

    alice: Person
    bob: Person
    garance: Person
    colette: Person
    armand: Person
    adele: Person
    dora: Person
    auguste: Person
    nadia: Person
    sarah: Person


MEMBERSHIPS = {
    "alice": (MECA, "student"),
    "bob": (MECA, "student"),
    "garance": (MECA, "garage"),
    "colette": (MECA, "coach"),
    "armand": (MECA, "assistant"),
    "adele": (MECA, "admin"),
    "dora": (AURORA, "student"),
    "auguste": (AURORA, "admin"),
    "nadia": (NEXUS, "admin"),
}


def sign_up(db: Db, name: str, *, meta: object = None, email: str | None = None) -> Person:
    """Sign somebody up. `meta` is what they typed into the form (raw_user_meta_data)."""
    person = Person(uuid4(), name)
    db.execute(
        "insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, %s)",
        [
            person.id,
            email or person.email,
            Jsonb({"first_name": name, "last_name": "Martin"} if meta is None else meta),
        ],
    )
    return person


def admit(db: Db, person: Person, academy: UUID, *roles: str, status: str = "active") -> None:
    """Make somebody a member, without the mails and the log that joining brings."""
    db.execute(
        "insert into public.members (academy_id, user_id, status, joined_at)"
        " values (%s, %s, %s, now())",
        [academy, person.id, status],
    )
    for role in roles:
        db.execute(
            "insert into public.member_roles (academy_id, user_id, role) values (%s, %s, %s)",
            [academy, person.id, role],
        )


def crowd(db: Db, size: int, academy: UUID = MECA) -> list[Person]:
    """Many students at once."""
    people = [Person(uuid4(), f"Eleve{n}") for n in range(size)]
    with db.transaction():
        db.cursor().executemany(
            "insert into auth.users (id, email) values (%s, %s)",
            [(person.id, person.email) for person in people],
        )
        db.execute(
            "insert into public.members (academy_id, user_id) select %s, unnest(%s::uuid[])",
            [academy, [person.id for person in people]],
        )
    return people


@pytest.fixture
def cast(db: Db) -> Cast:
    """Everybody, in the test's own database."""
    return gather(db)


def gather(db: Db) -> Cast:
    """Sign everybody up and make them members."""
    people = {name: sign_up(db, name.title()) for name in [*MEMBERSHIPS, "sarah"]}
    for name, (academy, role) in MEMBERSHIPS.items():
        admit(db, people[name], academy, role)
    return Cast(**people)
