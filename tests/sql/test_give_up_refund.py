"""Refunds that an operator gives up: only those nobody asks for any more."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.support.database import Db, acting_as, forbidden, one, refused, value
from tests.support.jobs import failure, send, settle
from tests.support.people import SERVICE, Cast
from tests.support.refunding import ask, at_provider, buy, mails, state, tell
from tests.support.shop import Page


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


@pytest.fixture
def asked(db: Db, cast: Cast, page: Page) -> UUID:
    """A refund of the whole, whose job waits."""
    (made,) = ask(db, cast.adele, page)
    refund_id: UUID = made["id"]
    return refund_id


def bury(db: Db) -> None:
    """Let the job of the refund become a dead letter."""
    (job,) = settle(db, claim=1, queue="refunds")["jobs"]
    settle(db, failed=[failure(job)], queue="refunds")


def give_up(db: Db, refund: UUID) -> None:
    with acting_as(db, SERVICE):
        value(db, "select worker.give_up_refund(%s)", refund)


def test_one_given_up_frees_its_amount_and_says_so(
    db: Db, cast: Cast, page: Page, asked: UUID
) -> None:
    bury(db)
    give_up(db, asked)
    found = one(db, "select status, failure_code from public.refunds where id = %s", asked)
    assert found == {"status": "failed", "failure_code": "given_up"}
    assert mails(db) == ["refund_failed Adele"]
    (again,) = ask(db, cast.adele, page)
    assert again["amount"] == page.attempt["amount"]


def test_one_whose_job_lives_is_not_given_up(db: Db, asked: UUID) -> None:
    with refused("refund_not_buried", 409), db.transaction():
        give_up(db, asked)
    bury(db)
    send(db, {"refund_id": str(asked)}, queue="refunds")
    with refused("refund_not_buried", 409), db.transaction():
        give_up(db, asked)


def test_one_that_a_replay_gave_back_is_not_given_up(db: Db, asked: UUID) -> None:
    bury(db)
    with acting_as(db, SERVICE):
        value(db, "select worker.replay_dead_letters('refunds')")
    db.execute("delete from pgmq.q_refunds")
    with refused("refund_not_buried", 409), db.transaction():
        give_up(db, asked)


def test_one_that_the_provider_made_is_not_given_up(db: Db, page: Page, asked: UUID) -> None:
    bury(db)
    tell(db, at_provider(page, ours=asked, status="pending"))
    with refused("refund_is_made", 409), db.transaction():
        give_up(db, asked)


def test_one_that_was_made_after_all_is_recorded(db: Db, page: Page, asked: UUID) -> None:
    bury(db)
    give_up(db, asked)
    tell(db, at_provider(page, ours=asked))
    assert value(db, "select status from public.refunds where id = %s", asked) == "succeeded"
    assert state(db, page) == ("refunded", "cancelled", 0)


def test_a_replayed_letter_asks_for_nothing_given_up(db: Db, asked: UUID) -> None:
    bury(db)
    give_up(db, asked)
    with acting_as(db, SERVICE):
        value(db, "select worker.replay_dead_letters('refunds')")
        assert value(db, "select worker.refund_to_make(%s)", asked) is None


def test_an_unknown_refund_is_refused(db: Db) -> None:
    with refused("refund_not_found", 404):
        give_up(db, uuid4())


def test_nobody_but_an_operator_gives_up(db: Db, cast: Cast, asked: UUID) -> None:
    with forbidden(), acting_as(db, cast.adele), db.transaction():
        value(db, "select worker.give_up_refund(%s)", asked)
