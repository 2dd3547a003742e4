"""Addresses that are left alone: which mails they hold back, and who lifts them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, forbidden, refused, rows, value
from tests.support.mails import history, kind, queue, send, state, take
from tests.support.people import AURORA, MECA, SERVICE, Cast, Person


def suppress(db: Db, person: Person, reason: str, academy: UUID = MECA) -> None:
    db.execute("select private.suppress(%s, %s, null, %s)", [academy, person.email.upper(), reason])


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


@pytest.mark.parametrize("reason", ["bounce", "complaint", "manual"])
@pytest.mark.parametrize("sort", ["urgent", "normal", "bulk"])
def test_a_bounce_a_complaint_and_staff_hold_back_every_mail(
    db: Db, cast: Cast, reason: str, sort: str
) -> None:
    kind(db, sort)
    suppress(db, cast.alice, reason)
    email = queue(db, cast.alice)
    assert take(db, email) is None
    assert state(db, email) == f"suppressed {reason}"
    assert history(db, email) == ["queued", "sending", "suppressed"]


@pytest.mark.parametrize(("sort", "goes"), [("urgent", True), ("normal", True), ("bulk", False)])
def test_signing_off_holds_back_bulk_mail_alone(db: Db, cast: Cast, sort: str, goes: bool) -> None:
    kind(db, sort)
    suppress(db, cast.alice, "unsubscribe")
    assert send(db, queue(db, cast.alice)) == goes


def account_mail(db: Db, person: Person) -> UUID:
    """A mail that Auth asks for: how to get into the account again."""
    mail = {"address": person.email, "action": "recovery", "code": "305805", "link": "https://x"}
    with acting_as(db, SERVICE):
        value(
            db,
            "select worker.queue_auth_mails(%s, %s, null, %s)",
            *(uuid4().hex, person.id, Jsonb([mail])),
        )
    found: UUID = value(db, "select id from public.email_messages where template = 'account'")
    return found


@pytest.mark.parametrize("reason", ["complaint", "manual", "unsubscribe"])
def test_neither_a_complaint_nor_staff_keep_a_person_out_of_the_account(
    db: Db, cast: Cast, reason: str
) -> None:
    suppress(db, cast.alice, reason)
    assert send(db, account_mail(db, cast.alice))


def test_a_bounce_holds_back_the_accounts_own_mail_whatever_else_is_known(
    db: Db, cast: Cast
) -> None:
    for reason in ("complaint", "bounce"):
        suppress(db, cast.alice, reason)
    email = account_mail(db, cast.alice)
    assert take(db, email) is None
    assert state(db, email) == "suppressed bounce"


def test_another_academys_suppressions_hold_back_nothing(db: Db, cast: Cast) -> None:
    suppress(db, cast.alice, "bounce", AURORA)
    assert send(db, queue(db, cast.alice))


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


def test_who_signed_off_stays_so_under_another_address(db: Db, cast: Cast) -> None:
    kind(db, "bulk")
    taken = take(db, queue(db, cast.alice))
    assert taken is not None
    with acting_as(db, SERVICE):
        assert value(db, "select worker.unsubscribe(%s)", taken["unsubscribe_token"])
        assert value(db, "select worker.unsubscribe(%s)", taken["unsubscribe_token"])
    db.execute(
        "update public.profile_details set email = 'other@example.org' where user_id = %s",
        [cast.alice.id],
    )
    email = queue(db, cast.alice)
    assert take(db, email) is None
    assert state(db, email) == "suppressed unsubscribe"
    with acting_as(db, cast.alice):
        db.execute("select public.subscribe_again(%s)", [MECA])
    assert send(db, queue(db, cast.alice))


def test_only_bulk_mail_has_a_link_to_sign_off(db: Db, cast: Cast) -> None:
    taken = take(db, queue(db, cast.alice))
    assert taken is not None
    assert taken["unsubscribe_token"] is None


def test_a_forged_link_signs_nobody_off(db: Db, cast: Cast) -> None:
    token = str(value(db, "select private.unsubscribe_token(%s, %s)", MECA, cast.alice.id))
    other = str(value(db, "select private.unsubscribe_token(%s, %s)", MECA, cast.bob.id))
    assert len(token) == 64
    for forged in (other[:43] + token[43:], token[:-2] + "AA", token[:-1], "", "x" * 64):
        with acting_as(db, SERVICE):
            assert value(db, "select worker.unsubscribe(%s)", forged) is None
    assert rows(db, "select 1 from private.suppressions") == []


def test_staff_see_add_and_lift_their_own_academys(db: Db, cast: Cast) -> None:
    with acting_as(db, cast.armand):
        made = value(db, "select public.suppress_address(%s, ' Someone@Example.org ')", MECA)
        again = value(db, "select public.suppress_address(%s, 'someone@example.org')", MECA)
        (found,) = rows(db, "select * from public.list_suppressions(%s)", MECA)
        assert made == again == found["id"]
        assert (found["email"], found["reason"]) == ("someone@example.org", "manual")
        db.execute("select public.lift_suppression(%s)", [made])
        db.execute("select public.lift_suppression(%s)", [made])
        assert rows(db, "select * from public.list_suppressions(%s)", MECA) == []
    actions = rows(
        db, "select action from public.audit_log where action like 'suppression.%%' order by id"
    )
    assert [row["action"] for row in actions] == ["suppression.made", "suppression.lifted"]


def test_others_neither_see_nor_lift_them(db: Db, cast: Cast) -> None:
    suppress(db, cast.alice, "bounce")
    held = value(db, "select id from private.suppressions")
    for person in (cast.alice, cast.colette, cast.garance, cast.auguste, cast.sarah):
        with refused("staff_required", 403), acting_as(db, person):
            db.execute("select * from public.list_suppressions(%s)", [MECA])
        with refused("suppression_not_found", 404), acting_as(db, person):
            db.execute("select public.lift_suppression(%s)", [held])
    with forbidden(), acting_as(db, cast.adele):
        db.execute("select * from private.suppressions")


def test_staff_cannot_sign_somebody_on_again(db: Db, cast: Cast) -> None:
    suppress(db, cast.alice, "unsubscribe")
    held = value(db, "select id from private.suppressions")
    with refused("suppression_is_theirs", 409), acting_as(db, cast.armand):
        db.execute("select public.lift_suppression(%s)", [held])


def test_an_address_goes_with_its_account(db: Db, cast: Cast) -> None:
    suppress(db, cast.alice, "bounce")
    suppress(db, cast.bob, "bounce")
    db.execute("delete from auth.users where id = %s", [cast.alice.id])
    assert [r["email"] for r in rows(db, "select email from private.suppressions")] == [
        cast.bob.email.lower()
    ]
