"""Addresses that are left alone: which mails they hold back, and who lifts them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, forbidden, refused, rows, value
from tests.support.mails import history, kind, queue, send, state, take
from tests.support.people import AURORA, MECA, SERVICE, Cast, Person


def suppress(db: Db, person: Person, reason: str, academy: UUID = MECA) -> None:
    db.execute("select private.suppress(%s, %s, null, %s)", [academy, person.email.upper(), reason])


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
            assert value(db, "select worker.unsubscribe_locales(%s)", forged) is None
    assert rows(db, "select 1 from private.suppressions") == []


def test_a_link_to_sign_off_says_whose_language_and_signs_nobody_off(db: Db, cast: Cast) -> None:
    token = str(value(db, "select private.unsubscribe_token(%s, %s)", MECA, cast.alice.id))
    for locale in (None, "en-GB"):
        db.execute(
            "update public.profile_details set locale = %s where user_id = %s",
            [locale, cast.alice.id],
        )
        with acting_as(db, SERVICE):
            found = value(db, "select worker.unsubscribe_locales(%s)", token)
        assert found == {"locale": locale, "academy_locale": "fr"}
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
