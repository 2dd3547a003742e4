"""The academies with people, purchases and secrets: what the manifest is held against.

MécaFormation is academy A, Aurora50 is B; Nexus Réussite is closed to sign-up here. A fourth one is
made the way an operator makes it: whatever holds for three must hold for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from preau import academies
from tests.policies import refunded, relations, taught
from tests.policies.personas import Persona
from tests.support import shop
from tests.support.database import Db, acting_as, value
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

TAUGHT = (
    "select id from public.courses"
    " where academy_id = %s and is_published and archived_at is null order by id limit 1"
)
BOUGHT = "select id from public.orders where buyer_id = %s order by id limit 1"
SUPPRESSED = (
    "insert into private.suppressions (academy_id, email, reason)"
    " values (%s, 'bounced@example.org', 'bounce') returning id"
)
SITES = {"mecaformation": "mecaformation.fr", "aurora50": "aurora50.fr"}
A, B, CLOSED = frozenset({MECA}), frozenset({AURORA}), frozenset({NEXUS})


@dataclass(frozen=True)
class World:
    """A clone in which a lot has happened, who looks at it, and ids to call functions with."""

    url: str
    people: list[Persona]
    here: dict[str, str]
    elsewhere: dict[str, str]

    @property
    def callers(self) -> list[Persona]:
        """One of each kind, to call functions as."""
        return list({p.kind: p for p in reversed(self.people) if p.id or p.kind == "anon"}.values())

    @property
    def callers_of_a(self) -> list[Persona]:
        """The callers who have nothing to do with academy B."""
        both = {"admin of B", "member of two academies", "suspended"}
        return [p for p in self.callers if p.member_of <= A and p.kind not in both]


def build(db: Db, url: str) -> World:
    """Fill a clone with everybody and what they bought."""
    cast = gather(db)
    names = ("Gone", "Sam", "Twin", "Nour", "Paul", "Gilles", "Igor", "Ano")
    gone, sam, twin, nour, paul, gilles, igor, ano = (sign_up(db, name) for name in names)
    ano = replace(ano, is_anonymous=True)
    for person in (gone, sam, twin):
        admit(db, person, MECA, "student")
    admit(db, twin, AURORA, "student")
    admit(db, nour, NEXUS, "student")
    admit(db, paul, NEXUS, "parent")
    admit(db, gilles, NEXUS, "parent")
    admit(db, sam, AURORA, "admin", status="invited")

    for buyer in (cast.alice, gone, sam, twin):
        _buy(db, buyer, shop.CAP_OFFER, "mecaformation")
    _buy(db, cast.garance, shop.COACHING_OFFER, "mecaformation")
    for buyer in (cast.dora, twin):
        _buy(db, buyer, shop.ATELIER_OFFER, "aurora50")
    for buyer in (nour, paul, gilles):
        _buy(db, buyer, shop.GRAND_ORAL_OFFER, "nexus-reussite")
    shop.order(db, cast.bob, shop.HYBRID_OFFER, shop.HYBRID_COHORT)
    refunded.give_back(db)
    for person, academy in ((gone, MECA), (cast.alice, MECA), (twin, AURORA), (cast.dora, AURORA)):
        with acting_as(db, person):
            db.execute("select public.give_consent(%s, 'directory', '2026-11', true)", [academy])

    for owner, academy in ((gone, MECA), (cast.alice, MECA), (cast.dora, AURORA), (nour, NEXUS)):
        shop.keep_file(db, academy, owner)
    taught.teach(
        db,
        {MECA: [cast.alice, gone, sam], AURORA: [cast.dora, twin]},
        {MECA: cast.bob, AURORA: cast.auguste},
    )
    here, elsewhere = _ids(db, MECA, cast.alice, sam), _ids(db, AURORA, cast.dora, sam)
    here["invitation"] = _invite(db, cast.armand, MECA, "ines@example.org")
    elsewhere["invitation"] = _invite(db, cast.auguste, AURORA, "ines@example.org")
    for ids, academy in ((here, MECA), (elsewhere, AURORA)):
        suppressed = value(db, SUPPRESSED, academy)
        ids["suppression"] = str(suppressed)
    late = _invite(db, cast.armand, MECA, igor.email)
    db.execute("update private.invitations set expires_at = now() where id = %s", [late])
    _close(db, gone, sam)
    flora, felix, fourth = _fourth(db)
    seat = relations.tie(db, cast, nour, paul, gilles)
    here |= {"seat": seat, "coach": str(cast.colette.id), "garage": str(cast.garance.id)}
    elsewhere |= {"seat": seat, "coach": str(cast.dora.id), "garage": str(cast.dora.id)}
    people = [
        Persona("anon", "anon", ANON),
        Persona("ano", "anonymous", ano),
        Persona("sarah", "stranger", cast.sarah),
        Persona("a token without a person", "stranger", Nobody("authenticated")),
        Persona("igor", "expired invitee", igor),
        Persona("gone", "removed", gone),
        Persona("sam", "suspended", sam),
        Persona("alice", "student", cast.alice, A),
        Persona("bob", "student", cast.bob, A),
        Persona("dora", "student", cast.dora, B),
        Persona("twin", "member of two academies", twin, A | B),
        Persona("nour", "pupil", nour, CLOSED),
        Persona("paul", "parent", paul, CLOSED, wards=frozenset({(NEXUS, nour.id)})),
        Persona("gilles", "guardian without scope", gilles, CLOSED),
        Persona("garance", "garage", cast.garance, A, team=frozenset({(MECA, cast.bob.id)})),
        Persona("colette", "coach", cast.colette, A),
        Persona("armand", "assistant", replace(cast.armand, aal="aal2"), A, A),
        Persona("adele", "admin at aal1", cast.adele, A),
        Persona("adele again", "admin at aal2", replace(cast.adele, aal="aal2"), A, A),
        Persona("auguste", "admin of B", cast.auguste, B, B),
        Persona("nadia", "admin of B", cast.nadia, CLOSED, CLOSED),
        Persona("flora", "student", flora, fourth),
        Persona("felix", "admin of B", felix, fourth, fourth),
    ]
    return World(url, people, here, elsewhere)


def _ids(db: Db, academy: UUID, student: Person, suspended: Person) -> dict[str, str]:
    def first(table: str) -> str:
        query = f"select id::text from public.{table} where academy_id = %s order by id limit 1"  # noqa: S608 - names below
        return str(value(db, query.encode(), academy))  # type: ignore[arg-type] # bytes are as good

    return {
        "academy": str(academy),
        "slug": str(value(db, "select slug from public.academies where id = %s", academy)),
        "student": str(student.id),
        "suspended": str(suspended.id),
        "formation": first("formations"),
        "cohort": str(shop.CAP_COHORT),
        "course": str(value(db, TAUGHT, academy)),
        "lesson": first("lessons"),
        "module": first("modules"),
        "order": str(value(db, BOUGHT, student.id)),
        "offer": str(shop.CAP_OFFER if academy == MECA else shop.ATELIER_OFFER),
        "task": first("automated_tasks"),
    }


def _fourth(db: Db) -> tuple[Person, Person, frozenset[UUID]]:
    """A student and an admin of an academy made from a file, with something to buy."""
    file = academies.AcademyFile(
        slug="atelier-nord",
        name="Atelier Nord",
        country="FR",
        currency="EUR",
        timezone="Europe/Paris",
        site_url="https://atelier-nord.example",
        sender_name="Atelier Nord",
        sender_email="bonjour@atelier-nord.example",
    )
    assert academies.create(db, file) == "created"
    academy: UUID = value(db, "select id from public.academies where slug = 'atelier-nord'")
    db.execute(
        "insert into public.formations (academy_id, slug, title) values (%s, 'vitrail', 'Vitrail')",
        [academy],
    )
    db.execute(
        "insert into public.offers (academy_id, kind, title, amount, currency)"
        " values (%s, 'formation', 'Vitrail', 10000, 'EUR')",
        [academy],
    )
    flora, felix = sign_up(db, "Flora"), sign_up(db, "Felix")
    admit(db, flora, academy, "student")
    admit(db, felix, academy, "admin")
    with acting_as(db, flora):
        db.execute("select public.give_consent(%s, 'news', '1', true)", [academy])
    return flora, felix, frozenset({academy})


def _buy(db: Db, buyer: Person, offer: UUID, academy: str) -> None:
    site = SITES.get(academy, "nexusreussite.academy")
    made = shop.order(db, buyer, offer)
    urls = {name: f"https://{site}/{name}" for name in ("success_url", "cancel_url")}
    page = shop.open_page(db, made["id"], buyer, **urls)
    assert shop.report(db, page.session(), f"{academy}-stripe")["outcome"] == "fulfilled"


def _invite(db: Db, staff: Person, academy: UUID, email: str) -> str:
    with acting_as(db, staff):
        return str(value(db, "select public.invite(%s, %s, 'student')", academy, email))


def _close(db: Db, gone: Person, sam: Person) -> None:
    """What not everybody may see any more: former members, a draft, an offer that is over."""
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
    shop.make_cohort(db, 10, shop.FREE)
    shop.make_cohort(db, 10, shop.seeded("nexus-reussite/formation/grand-oral"), NEXUS)
    shop.make_cohort(db, 10, shop.seeded("aurora50/formation/bien-demarrer"), AURORA)
    db.execute("update public.formations set is_active = false where id = %s", [shop.FREE])
    db.execute("update public.offers set is_active = false where id = %s", [shop.FREE_OFFER])
    db.execute(
        "update public.offers set valid_until = now() - interval '1 day' where id = any(%s)",
        [[shop.COACHING_OFFER, shop.PREMIUM_OFFER]],
    )
    db.execute("update public.academies set open_to_sign_up = false where id = %s", [NEXUS])
