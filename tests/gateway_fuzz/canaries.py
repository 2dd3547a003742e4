"""A secret in every private place of each academy: whoever is shown another's, shows a hole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.local.tokens import user_token

MORE_ROWS = (Path(__file__).parent / "private_rows.sql").read_bytes()
ACADEMIES = {
    "mecaformation": UUID("a0000000-0000-4000-8000-000000000001"),
    "aurora50": UUID("a0000000-0000-4000-8000-000000000002"),
    "nexus-reussite": UUID("a0000000-0000-4000-8000-000000000003"),
}


@dataclass(frozen=True)
class Persona:
    """Somebody who asks: a token (None for a visitor) and the canaries they may never see."""

    name: str
    token: str | None
    foreign: tuple[str, ...]


def plant(db: psycopg.Connection) -> dict[str, str]:
    """Give each academy a member whose every row holds the academy's canary. Slug → canary."""
    canaries = {}
    for slug, academy in ACADEMIES.items():
        canary = f"zq{uuid4().hex[:10]}"
        canaries[slug] = canary
        person, order = uuid4(), uuid4()
        db.execute(
            "insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, %s)",
            (person, f"{canary}@example.fr", Jsonb({"first_name": canary, "last_name": canary})),
        )
        db.execute(
            "update public.profile_details set address = %s, city = %s where user_id = %s",
            (canary, canary, person),
        )
        db.execute(
            "insert into public.members (academy_id, user_id) values (%s, %s)", (academy, person)
        )
        db.execute(
            "insert into public.orders (id, academy_id, reference, buyer_id, beneficiary_id,"
            " currency, total_amount, expires_at) values (%s, %s, %s, %s, %s, 'EUR', 0, now())",
            (order, academy, canary, person, person),
        )
        db.execute(
            "insert into public.formations (academy_id, slug, title, is_active)"
            " values (%s, %s, %s, false)",
            (academy, f"{canary}-draft", canary),
        )
        db.execute(
            "insert into public.offers (academy_id, kind, title, amount, currency, is_active)"
            " values (%s, 'formation', %s, 1, 'EUR', false)",
            (academy, canary),
        )
        db.execute(
            "insert into public.audit_log (academy_id, action, subject_table, details)"
            " values (%s, 'canary.planted', %s, %s)",
            (academy, canary, Jsonb({"canary": canary})),
        )
        db.execute(
            "insert into public.email_messages"
            " (academy_id, user_id, template, locale, refs, dedupe_key)"
            " values (%s, %s, 'welcome', 'fr', %s, %s)",
            (academy, person, Jsonb({"canary": canary}), canary),
        )
        db.execute(
            "insert into private.webhook_events (provider_account_id, event_id, event_type, body)"
            " select id, %s, 'canary', %s from private.provider_accounts where academy_id = %s",
            (canary, canary, academy),
        )
        db.execute(MORE_ROWS, {"academy": academy, "person": person, "canary": canary})
    return canaries


def personas(db: psycopg.Connection, canaries: dict[str, str]) -> list[Persona]:
    """A visitor, a stranger, and people of the first academy; a parent of the third."""
    everyone = tuple(canaries.values())
    others = tuple(canaries[slug] for slug in canaries if slug != "mecaformation")
    return [
        Persona("anon", None, everyone),
        Persona("stranger", _person(db), everyone),
        Persona("student", _person(db, "student"), everyone),
        Persona("admin", _person(db, "admin"), others),
        Persona("removed", _person(db, "admin", status="left"), everyone),
        Persona("garage", _person(db, "garage"), everyone),
        Persona("coach", _person(db, "coach"), everyone),
        Persona("parent", _person(db, "parent", "nexus-reussite"), everyone),
    ]


NAMES = ["anon", "stranger", "student", "admin", "removed", "garage", "coach", "parent"]


def _person(
    db: psycopg.Connection,
    role: str | None = None,
    academy: str = "mecaformation",
    status: str = "active",
) -> str:
    person = uuid4()
    db.execute(
        "insert into auth.users (id, email) values (%s, %s)", (person, f"{person}@example.fr")
    )
    if role:
        db.execute(
            "insert into public.members (academy_id, user_id, status) values (%s, %s, %s)",
            (ACADEMIES[academy], person, status),
        )
        db.execute(
            "insert into public.member_roles (academy_id, user_id, role) values (%s, %s, %s)",
            (ACADEMIES[academy], person, role),
        )
    return user_token(str(person), seconds=1800)
