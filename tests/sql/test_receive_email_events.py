"""What a provider tells of mails afterwards: kept once, of its own academy's mails, and heeded."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, refused, rows, value
from tests.support.mails import history, queue, send
from tests.support.people import AURORA, MECA, SERVICE, Cast


def tell(db: Db, account: str | None, *events: dict[str, Any]) -> dict[str, Any]:
    with acting_as(db, SERVICE):
        told: dict[str, Any] = value(
            db, "select worker.receive_email_events(%s, %s)", account, Jsonb(list(events))
        )
    return told


def event(email: UUID, what: str, address: str = "", suppress: str | None = None) -> dict[str, Any]:
    return {
        "event_id": uuid4().hex,
        "kind": what,
        "email_id": str(email),
        "address": address or None,
        "occurred_at": "2026-11-01T10:00:00Z",
        "code": "5.1.1",
        "detail": "unknown user",
        "suppress": suppress,
    }


@pytest.fixture
def account(db: Db) -> str:
    """A SendGrid account of MécaFormation."""
    db.execute(
        "insert into private.provider_accounts (academy_id, slug, provider, secret_name)"
        " values (%s, 'meca-sendgrid', 'sendgrid', 'X')",
        [MECA],
    )
    return "meca-sendgrid"


def test_a_told_bounce_stops_the_next_mail(db: Db, cast: Cast, account: str) -> None:
    email = queue(db, cast.alice)
    send(db, email)
    told = tell(db, account, event(email, "bounced", cast.alice.email, "bounce"))
    assert told == {"received": 1, "kept": 1, "suppressed": 1}
    assert history(db, email)[-1] == "bounced"
    assert not send(db, queue(db, cast.alice))


def test_an_event_told_46_times_counts_once(db: Db, cast: Cast, account: str) -> None:
    email = queue(db, cast.alice)
    told = event(email, "complained", cast.alice.email, "complaint")
    kept = [tell(db, account, told, told)["kept"] for _ in range(23)]
    assert kept == [1] + [0] * 22
    assert history(db, email).count("complained") == 1


def test_a_repeated_event_does_not_undo_what_staff_lifted(db: Db, cast: Cast, account: str) -> None:
    email = queue(db, cast.alice)
    told = event(email, "bounced", cast.alice.email, "bounce")
    tell(db, account, told)
    with acting_as(db, cast.armand):
        (found,) = rows(db, "select * from public.list_suppressions(%s)", MECA)
        db.execute("select public.lift_suppression(%s)", [found["id"]])
    tell(db, account, told)
    assert send(db, queue(db, cast.alice))


@pytest.mark.parametrize(
    "odd", ["two words@x.org", "a@b@c.org", "@x.org", "a@", "a" * 315 + "@x.org", "no address"]
)
def test_one_odd_address_does_not_hold_up_the_batch(
    db: Db, cast: Cast, account: str, odd: str
) -> None:
    first, second, third = (queue(db, cast.alice) for _ in range(3))
    told = tell(
        db,
        account,
        event(first, "bounced", odd, "bounce"),
        event(second, "bounced", cast.alice.email, "bounce"),
        event(third, "delivered", odd),
    )
    assert told == {"received": 3, "kept": 3, "suppressed": 1}
    assert [history(db, email)[-1] for email in (first, second, third)] == [
        *("bounced", "bounced", "delivered")
    ]
    held = rows(db, "select email from private.suppressions")
    assert held == [{"email": cast.alice.email.lower()}]


def test_an_account_speaks_of_its_own_academys_mails_only(db: Db, cast: Cast, account: str) -> None:
    email = queue(db, cast.dora, academy=AURORA)
    told = tell(db, account, event(email, "bounced", cast.dora.email, "bounce"))
    assert told == {"received": 1, "kept": 0, "suppressed": 0}
    assert history(db, email) == ["queued"]


def test_the_environments_account_speaks_of_mails_without_an_account(
    db: Db, cast: Cast, account: str
) -> None:
    free, bound = queue(db, cast.alice), queue(db, cast.alice)
    db.execute(
        "update public.email_messages set provider_account_id ="
        " (select id from private.provider_accounts where slug = %s) where id = %s",
        [account, bound],
    )
    assert tell(db, None, event(free, "delivered"), event(bound, "delivered"))["kept"] == 1


def test_a_mail_nobody_knows_is_passed_over(db: Db, cast: Cast, account: str) -> None:
    assert tell(db, account, event(uuid4(), "delivered"))["kept"] == 0
    with refused("account_not_found", 404):
        tell(db, "nobody", event(uuid4(), "delivered"))
