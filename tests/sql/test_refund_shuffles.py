"""Refunds and a dispute told in random orders, twice, with answers old and new: one end."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.support.database import Db, column, rows
from tests.support.people import Cast
from tests.support.refunding import (
    ask,
    at_provider,
    buy,
    dispute_at_provider,
    state,
    tell,
    tell_dispute,
)
from tests.support.shop import Page, Row


@pytest.mark.parametrize(
    ("verdict", "order"),
    [("lost", ("refunded", "cancelled", 0)), ("won", ("partly_refunded", "active", 1))],
)
@pytest.mark.parametrize("shuffles", [20, pytest.param(500, marks=pytest.mark.prove)])
def test_all_shuffles_end_the_same(
    db: Db, cast: Cast, verdict: str, order: tuple[str, str, int], shuffles: int
) -> None:
    page = buy(db, cast.alice)
    (asked,) = ask(db, cast.adele, page, 2000)
    events = story(page, asked["id"], verdict)
    ends = set()
    for seed in range(shuffles):
        with db.transaction(force_rollback=True):
            play(db, events, Random(seed))
            assert state(db, page) == order, f"seed {seed}"
            ends.add(end(db))
    assert len(ends) == 1, ends


def story(page: Page, asked: object, verdict: str) -> list[tuple[Any, list[Row]]]:
    """Events as they happened: how each is told, and its object then and at every later moment."""
    by_hand, ours = at_provider(page, 1000), at_provider(page, 2000, ours=asked)
    dispute = dispute_at_provider(page, amount=page.attempt["amount"] - 2000)
    lives: list[tuple[Any, Row, list[str]]] = [
        (tell, by_hand, ["pending", "succeeded", "failed"]),
        (tell, ours, ["pending", "succeeded"]),
        (tell_dispute, dispute, ["needs_response", "under_review", verdict]),
    ]
    return [
        (how, [shown | {"status": status} for status in life[at:]])
        for how, shown, life in lives
        for at in range(len(life))
    ]


def play(db: Db, events: list[tuple[Any, list[Row]]], dice: Random) -> None:
    """Deliver each event twice, in any order; the provider shows its object then or later."""
    deliveries = events * 2
    dice.shuffle(deliveries)
    for how, moments in deliveries:
        how(db, dice.choice(moments))


def end(db: Db) -> tuple[str, ...]:
    """Refunds, dispute, access and the mails that are still true."""
    return (
        str(rows(db, "select amount, reason, status from public.refunds order by amount")),
        str(rows(db, "select amount, status, outcome from public.disputes")),
        str(rows(db, "select status, refunded_at is null from public.enrollments")),
        str(
            column(
                db,
                "select m.template from public.email_messages as m"
                " where private.mail_data(m) is not null order by 1",
            )
        ),
    )
