"""Webhooks come twice, late, in any order or not at all: the end is always the same.

Each run is compared with the one in which everything came once and in order, by a hash over
orders, payments, attempts, access, refunds, mails and the log. Stripe shows each object as it is at
a random moment between the event and the end, as a worker would find it. `make test` plays a part.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from random import Random

import pytest

from tests.support.database import Db, rows, value
from tests.support.people import MECA, Cast, crowd
from tests.support.playback import Stage, Story, end_state
from tests.support.shop import CAP_OFFER
from tests.support.stories import STORIES

Delivery = tuple[Story, int]
COPIES = 46
SOME = 8
"""Of what `make prove` plays in full, `make test` plays so many."""


def amounts(few: int, all_of_them: int) -> list[object]:
    """The small size, for every run, and the full one, for `make prove`."""
    return [
        pytest.param(few, id="some"),
        pytest.param(all_of_them, id="all", marks=pytest.mark.prove),
    ]


def on_stage(patch: pytest.MonkeyPatch, stage: Stage) -> Stage:
    """Give the handlers this stage where they would talk to Stripe."""
    for module in ("workers.payments", "workers.sweeps"):
        patch.setattr(f"{module}.StripePayments", lambda *_: stage)
    return stage


def one_of_each(db: Db) -> list[Story]:
    """A payment of every way, each by somebody else."""
    people = crowd(db, len(STORIES), MECA)
    return [tell(db, who, CAP_OFFER) for tell, who in zip(STORIES.values(), people, strict=True)]


def deliveries(stories: Sequence[Story]) -> list[Delivery]:
    return [(story, index) for story in stories for index in range(len(story.events))]


async def played(
    db: Db,
    patch: pytest.MonkeyPatch,
    stories: Sequence[Story],
    order: Sequence[Delivery],
    dice: Random | None = None,
    *,
    times: int = 1,
    swept: bool = False,
) -> str:
    """Deliver in this order and return the end; the database is then as before."""
    with db.transaction(force_rollback=True):
        stage = on_stage(patch, Stage(db, stories, dice))
        for story, index in order:
            await stage.deliver(story, index, times)
        if swept:
            while await stage.sweep():
                pass
        assert stage.letters == []
        return end_state(db)


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("times", amounts(3, COPIES))
async def test_an_event_that_comes_many_times_acts_once(
    db: Db, cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str, times: int
) -> None:
    stories = [STORIES[name](db, cast.alice, CAP_OFFER)]
    once = await played(db, monkeypatch, stories, deliveries(stories))
    assert await played(db, monkeypatch, stories, deliveries(stories), times=times) == once


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("most", amounts(SOME, 120))
async def test_every_order_of_the_events_of_one_payment_has_one_end(
    db: Db, cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    stories = [STORIES[name](db, cast.alice, CAP_OFFER)]
    dice = Random(name)
    orders = list(permutations(deliveries(stories)))
    dice.shuffle(orders)
    once = await played(db, monkeypatch, stories, deliveries(stories))
    for order in orders[:most]:
        assert await played(db, monkeypatch, stories, order, dice) == once, [n for _, n in order]


@pytest.mark.parametrize("most", amounts(SOME, 1000))
async def test_shuffled_events_of_many_payments_have_one_end(
    db: Db, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    stories = one_of_each(db)
    once = await played(db, monkeypatch, stories, deliveries(stories))
    for seed in range(most):
        dice = Random(seed)
        order = deliveries(stories)
        dice.shuffle(order)
        assert await played(db, monkeypatch, stories, order, dice) == once, f"seed {seed}"


@pytest.mark.parametrize("most", amounts(SOME, 200))
async def test_events_that_are_lost_are_found_by_the_sweeper(
    db: Db, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    stories = one_of_each(db)
    once = await played(db, monkeypatch, stories, deliveries(stories), swept=True)
    for seed in range(most):
        dice = Random(seed)
        order = deliveries(stories)
        dice.shuffle(order)
        came = [each for each in order if dice.random() >= 0.1]
        found = await played(db, monkeypatch, stories, came, dice, swept=True)
        assert found == once, f"seed {seed}"


async def test_if_every_event_is_lost_the_sweeper_finds_the_same(
    db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = one_of_each(db)
    once = await played(db, monkeypatch, stories, deliveries(stories), swept=True)
    assert await played(db, monkeypatch, stories, [], swept=True) == once


async def test_the_hash_sees_what_went_wrong(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    stories = one_of_each(db)
    nothing = await played(db, monkeypatch, stories, [])
    everything = await played(db, monkeypatch, stories, deliveries(stories))
    assert nothing != everything
    with db.transaction(force_rollback=True):
        stage = on_stage(monkeypatch, Stage(db, stories))
        for story, index in deliveries(stories):
            await stage.deliver(story, index)
        states = rows(db, "select status, count(*) from public.orders group by 1 order by 1")
        assert {row["status"]: row["count"] for row in states} == {
            "expired": 1,
            "failed": 1,
            "paid": 4,
        }
        assert value(db, "select count(*) from public.refunds") == 1
