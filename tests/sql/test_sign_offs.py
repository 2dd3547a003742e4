"""Signing off is a person's own, whoever had the address before, and whoever has it next."""

from __future__ import annotations

import pytest

from tests.support.database import Db, acting_as, column, value
from tests.support.invitations import confirm
from tests.support.mails import kind, queue, send
from tests.support.people import MECA, SERVICE, Cast, Person, admit, sign_up

OLD = "alice@example.org"
OPEN = "select email from private.suppressions where lifted_at is null order by created_at, email"


@pytest.fixture(autouse=True)
def _bulk(db: Db) -> None:
    kind(db, "bulk")


def sign_off(db: Db, person: Person) -> None:
    token = value(db, "select private.unsubscribe_token(%s, %s)", MECA, person.id)
    with acting_as(db, SERVICE):
        assert value(db, "select worker.unsubscribe(%s)", token)


def subscribe_again(db: Db, person: Person) -> None:
    with acting_as(db, person):
        db.execute("select public.subscribe_again(%s)", [MECA])


def sign_off_as_nobody(db: Db, address: str) -> None:
    """As the provider tells it of an invitation's mail, which names no account."""
    assert value(db, "select private.suppress(%s, %s, null, 'unsubscribe')", MECA, address)


def written_to(db: Db, person: Person) -> bool:
    return send(db, queue(db, person))


def moved(db: Db, person: Person, address: str) -> None:
    db.execute("update auth.users set email = %s where id = %s", [address, person.id])


@pytest.fixture
def heir(db: Db, cast: Cast) -> Person:
    """Alice signed off and has another address since; who has her old one now is a member, too."""
    sign_off(db, cast.alice)
    moved(db, cast.alice, "alice@elsewhere.example")
    heir = sign_up(db, "Alice", email=OLD)
    confirm(db, heir)
    admit(db, heir, MECA, "student")
    return heir


def test_who_signed_off_before_they_had_an_account_takes_it_back(db: Db, cast: Cast) -> None:
    sign_off_as_nobody(db, cast.alice.email)
    sign_off(db, cast.alice)
    confirm(db, cast.alice)
    assert not written_to(db, cast.alice)
    subscribe_again(db, cast.bob)
    assert not written_to(db, cast.alice)
    subscribe_again(db, cast.alice)
    assert written_to(db, cast.alice)
    lifters = "select distinct lifted_by from private.suppressions"
    assert column(db, lifters) == [cast.alice.id]


def test_an_address_that_was_not_confirmed_takes_nothing_back(db: Db, cast: Cast) -> None:
    sign_off_as_nobody(db, cast.alice.email)
    db.execute("update auth.users set email_confirmed_at = null where id = %s", [cast.alice.id])
    subscribe_again(db, cast.alice)
    assert not written_to(db, cast.alice)


def test_who_is_no_member_takes_nothing_back(db: Db, cast: Cast) -> None:
    sign_off_as_nobody(db, cast.sarah.email)
    confirm(db, cast.sarah)
    subscribe_again(db, cast.sarah)
    assert column(db, OPEN) == [cast.sarah.email]


def test_a_bounce_is_not_taken_back_with_it(db: Db, cast: Cast) -> None:
    db.execute("select private.suppress(%s, %s, null, 'bounce')", [MECA, cast.alice.email])
    confirm(db, cast.alice)
    subscribe_again(db, cast.alice)
    assert not written_to(db, cast.alice)


def test_the_next_owner_of_an_address_is_not_signed_off_by_the_last(
    db: Db, cast: Cast, heir: Person
) -> None:
    assert written_to(db, heir)
    assert not written_to(db, cast.alice)


def test_each_owner_of_an_address_takes_back_their_own_alone(
    db: Db, cast: Cast, heir: Person
) -> None:
    sign_off(db, heir)
    subscribe_again(db, cast.alice)
    assert written_to(db, cast.alice)
    assert not written_to(db, heir)
    subscribe_again(db, heir)
    assert written_to(db, heir)


def test_an_account_that_ends_takes_nobody_elses_signing_off_with_it(
    db: Db, cast: Cast, heir: Person
) -> None:
    db.execute("delete from auth.users where id = %s", [heir.id])
    assert not written_to(db, cast.alice)
