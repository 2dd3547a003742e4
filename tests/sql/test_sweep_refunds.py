"""Refunds that stay pending: their job or their webhook was lost, so they are queued again."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.database import Db, acting_as, column, forbidden, one, value
from tests.support.jobs import failure, send, settle
from tests.support.people import SERVICE, Cast
from tests.support.refunding import ask, at_provider, buy, tell
from tests.support.shop import Page


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


@pytest.fixture
def quiet(db: Db, cast: Cast, page: Page) -> UUID:
    """A refund asked for seven hours ago, whose job is gone."""
    (asked,) = ask(db, cast.adele, page, 1000)
    db.execute("delete from pgmq.q_refunds")
    grow_quiet(db)
    refund_id: UUID = asked["id"]
    return refund_id


def grow_quiet(db: Db) -> None:
    """Let seven hours pass in which nothing is heard of any refund."""
    db.execute("alter table public.refunds disable trigger touch_updated_at")
    db.execute("update public.refunds set updated_at = now() - interval '7 hours'")
    db.execute("alter table public.refunds enable trigger touch_updated_at")


def bury(db: Db, refund: UUID | None) -> None:
    """Let the job of a refund, or of the clock, become a dead letter; seven hours go by."""
    send(db, {"refund_id": str(refund)} if refund else {"due_at": "2026-11-21"}, queue="refunds")
    (job,) = settle(db, claim=1, queue="refunds")["jobs"]
    assert settle(db, failed=[failure(job)], queue="refunds")["dead"] == [job["id"]]
    grow_quiet(db)


def sweep(db: Db) -> int:
    with acting_as(db, SERVICE):
        found: int = value(db, "select worker.sweep_refunds()")
    return found


def test_a_refund_that_went_quiet_is_queued_once(db: Db, quiet: UUID) -> None:
    assert (sweep(db), sweep(db)) == (1, 0)
    assert column(db, "select message ->> 'refund_id' from pgmq.q_refunds") == [str(quiet)]


def test_one_asked_for_just_now_is_left_alone(db: Db, cast: Cast, page: Page) -> None:
    ask(db, cast.adele, page)
    db.execute("delete from pgmq.q_refunds")
    assert sweep(db) == 0


def test_one_whose_job_waits_is_left_alone(db: Db, quiet: UUID) -> None:
    value(db, "select private.enqueue('refunds', jsonb_build_object('refund_id', %s::uuid))", quiet)
    assert sweep(db) == 0


def test_one_that_is_a_dead_letter_is_a_persons(db: Db, quiet: UUID) -> None:
    bury(db, quiet)
    assert sweep(db) == 0


def test_a_letter_that_was_dropped_does_not_let_money_go_again(db: Db, quiet: UUID) -> None:
    bury(db, quiet)
    with acting_as(db, SERVICE):
        assert value(db, "select worker.purge_dead_letters('refunds')") == 1
    assert sweep(db) == 0


def test_a_letter_that_is_replayed_gives_its_refund_back(db: Db, quiet: UUID) -> None:
    bury(db, quiet)
    with acting_as(db, SERVICE):
        assert value(db, "select worker.replay_dead_letters('refunds')") == 1
    assert column(db, "select message ->> 'refund_id' from pgmq.q_refunds") == [str(quiet)]
    db.execute("delete from pgmq.q_refunds")
    grow_quiet(db)
    assert sweep(db) == 1


def test_the_clocks_own_job_buries_nothing(db: Db, quiet: UUID) -> None:
    bury(db, None)
    assert sweep(db) == 1


def test_one_that_is_over_is_left_alone(db: Db, page: Page, quiet: UUID) -> None:
    tell(db, at_provider(page, 1000, ours=quiet))
    grow_quiet(db)
    assert sweep(db) == 0


def test_the_clock_asks_every_hour(db: Db) -> None:
    found = one(db, "select queue, rule from private.schedules where name = 'sweep_refunds'")
    assert found == {"queue": "refunds", "rule": "20 * * * *"}


def test_nobody_but_workers_sweeps(db: Db, cast: Cast) -> None:
    with forbidden(), acting_as(db, cast.adele), db.transaction():
        value(db, "select worker.sweep_refunds()")
