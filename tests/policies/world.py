"""The three academies with people, purchases and secrets, and who of them should see what.

What somebody should see is worked out here from the fixture rows alone, never from our helpers:
each row has labels (its academies, the people it is about, whether it is published), and a scope
word says which labels a persona may see.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.support import shop
from tests.support.database import Actor, Db, acting_as
from tests.support.people import (
    ANON,
    AURORA,
    MECA,
    NEXUS,
    Nobody,
    Person,
    admit,
    gather,
    sign_up,
)

_FILE = tomllib.loads((Path(__file__).parent / "labels.toml").read_text())
LABELS: dict[str, str] = _FILE["labels"]
KEYS: dict[str, str] = _FILE["keys"]


@dataclass(frozen=True)
class Persona:
    """Somebody who asks, and what they are: the words of matrix.toml."""

    name: str
    kind: str
    actor: Actor
    member_of: frozenset[UUID] = frozenset()
    runs: frozenset[UUID] = frozenset()

    @property
    def id(self) -> UUID | None:
        """Who they are; None for anon."""
        return self.actor.id if isinstance(self.actor, Person) else None


def build(db: Db) -> list[Persona]:
    """Fill a clone with everybody and what they bought; returns the personas."""
    cast = gather(db)
    gone, sam, twin, nour = (sign_up(db, name) for name in ("Gone", "Sam", "Twin", "Nour"))
    for person in (gone, sam, twin):
        admit(db, person, MECA, "student")
    admit(db, twin, AURORA, "student")
    admit(db, nour, NEXUS, "student")
    admit(db, sam, AURORA, "admin", status="invited")

    for buyer in (cast.alice, gone, sam, twin):
        _buy(db, buyer, shop.CAP_OFFER, "mecaformation")
    _buy(db, cast.garance, shop.COACHING_OFFER, "mecaformation")
    _buy(db, cast.dora, shop.ATELIER_OFFER, "aurora50")
    _buy(db, twin, shop.ATELIER_OFFER, "aurora50")
    _buy(db, nour, shop.GRAND_ORAL_OFFER, "nexus-reussite")
    shop.order(db, cast.bob, shop.HYBRID_OFFER, shop.HYBRID_COHORT)

    for person, academy in ((gone, MECA), (cast.alice, MECA), (twin, AURORA), (cast.dora, AURORA)):
        _consent(db, person, academy)
    for owner, academy in ((gone, MECA), (cast.alice, MECA), (cast.dora, AURORA), (nour, NEXUS)):
        shop.keep_file(db, academy, owner)
    for staff, academy in ((cast.armand, MECA), (cast.auguste, AURORA)):
        _invite(db, staff, academy)
    db.execute("update public.members set status = 'left' where user_id = %s", [gone.id])
    db.execute(
        "update public.members set status = 'suspended' where user_id = %s and academy_id = %s",
        [sam.id, MECA],
    )
    # Gone was once trusted with everything, and the rows of it are still there.
    db.execute(
        "insert into public.member_roles (academy_id, user_id, role) values (%s, %s, 'admin')",
        [MECA, gone.id],
    )
    _hide(db)
    meca, aurora, nexus = frozenset({MECA}), frozenset({AURORA}), frozenset({NEXUS})
    return [
        Persona("anon", "anon", ANON),
        Persona("a token without a person", "stranger", Nobody("authenticated")),
        Persona("sarah", "stranger", cast.sarah),
        Persona("gone", "removed", gone),
        Persona("sam", "removed", sam),
        Persona("alice", "student", cast.alice, meca),
        Persona("bob", "student", cast.bob, meca),
        Persona("twin", "student", twin, meca | aurora),
        Persona("dora", "student", cast.dora, aurora),
        Persona("nour", "student", nour, nexus),
        Persona("garance", "garage", cast.garance, meca),
        Persona("colette", "coach", cast.colette, meca),
        Persona("armand", "assistant", cast.armand, meca, meca),
        Persona("adele", "admin", cast.adele, meca, meca),
        Persona("auguste", "admin", cast.auguste, aurora, aurora),
        Persona("nadia", "admin", cast.nadia, nexus, nexus),
    ]


def _buy(db: Db, buyer: Person, offer: UUID, academy: str) -> None:
    site = {"mecaformation": "mecaformation.fr", "aurora50": "aurora50.fr"}.get(
        academy, "nexusreussite.academy"
    )
    made = shop.order(db, buyer, offer)
    urls = {name: f"https://{site}/{name}" for name in ("success_url", "cancel_url")}
    page = shop.open_page(db, made["id"], buyer, **urls)
    assert shop.report(db, page.session(), f"{academy}-stripe")["outcome"] == "fulfilled"


def _consent(db: Db, person: Person, academy: UUID) -> None:
    with acting_as(db, person):
        db.execute("select public.give_consent(%s, 'directory', '2026-11', true)", [academy])


def _invite(db: Db, staff: Person, academy: UUID) -> None:
    with acting_as(db, staff):
        db.execute("select public.invite(%s, 'ines@example.org', 'student')", [academy])


def _hide(db: Db) -> None:
    """What not everybody may see: a draft, an offer that is over, a closed academy."""
    grand_oral = shop.seeded("nexus-reussite/formation/grand-oral")
    shop.make_cohort(db, 10, shop.FREE)
    shop.make_cohort(db, 10, grand_oral, NEXUS)
    shop.make_cohort(db, 10, shop.seeded("aurora50/formation/bien-demarrer"), AURORA)
    db.execute("update public.formations set is_active = false where id = %s", [shop.FREE])
    db.execute("update public.offers set is_active = false where id = %s", [shop.FREE_OFFER])
    db.execute(
        "update public.offers set valid_until = now() - interval '1 day' where id = any(%s)",
        [[shop.COACHING_OFFER, shop.PREMIUM_OFFER]],
    )
    db.execute("update public.academies set open_to_sign_up = false where id = %s", [NEXUS])


def labels(db: Db, table: str) -> list[dict[str, Any]]:
    """All rows of a table with their labels."""
    return db.execute(LABELS[table].encode()).fetchall()


def seen(db: Db, persona: Persona, table: str) -> set[str]:
    """The keys of the rows a persona gets from `select` on the table."""
    key = KEYS.get(table, "id::text")
    query = f"select {key} as key from public.{table}"  # noqa: S608 - from labels.toml
    with acting_as(db, persona.actor):
        return {row["key"] for row in db.execute(query.encode()).fetchall()}


OPEN = frozenset({MECA, AURORA})


def scope(word: str, persona: Persona, found: list[dict[str, Any]]) -> set[str]:
    """The keys of the rows that a scope word of matrix.toml lets a persona see."""

    def visible(row: dict[str, Any]) -> bool:
        there = set(row["academies"])
        mine = persona.id in row["people"]
        staff = bool(there & persona.runs)
        match word:
            case "nothing":
                return False
            case "catalogue":
                return bool(row["published"] and there & (OPEN | persona.member_of))
            case "catalogue and drafts":
                return staff or bool(row["published"] and there & (OPEN | persona.member_of))
            case "open or own":
                return bool(row["published"] or there & persona.member_of)
            case "self":
                return mine
            case "own":
                return mine and bool(there & persona.member_of)
            case "academy":
                return staff or (mine and bool(there & persona.member_of))
            case "academy and self":
                return staff or mine
        raise ValueError(word)

    return {row["key"] for row in found if visible(row)}
