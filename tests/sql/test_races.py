"""What must hold however the requests fall: each race starts behind a barrier, several times.

`make prove` repeats them more often (marker `prove`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from tests.support import shop
from tests.support.database import Clones, Db, acting_as, column, connect, rows, value
from tests.support.people import MECA, Person, crowd, sign_up
from tests.support.races import at_once, codes

Act = Callable[[Db], dict[str, Any]]
REPEAT = [*range(2), *(pytest.param(n, marks=pytest.mark.prove) for n in range(2, 20))]


@pytest.fixture(params=REPEAT, ids=lambda n: f"run{n}")
def arena(request: pytest.FixtureRequest, clones: Clones) -> Iterator[tuple[str, Db]]:
    """A clone's URL and a connection to it, anew for each repetition."""
    with clones.new() as url, connect(url) as db:
        yield url, db


def buy(buyer: Person, cohort: UUID, db: Db) -> dict[str, Any]:
    return shop.order(db, buyer, cohort=cohort)


def test_fifty_buyers_get_the_three_seats_there_are(arena: tuple[str, Db]) -> None:
    url, db = arena
    cohort, buyers = shop.make_cohort(db, 3), crowd(db, 50)
    results = at_once(url, [partial(buy, buyer, cohort) for buyer in buyers])
    assert codes(results) == ["cohort_full"] * 47
    assert value(db, "select count(*) from public.enrollments where cohort_id = %s", cohort) == 3
    assert value(db, "select count(*) from public.orders") == 3
    assert value(db, "select private.seats_left(%s)", cohort) == 0


def test_one_buyer_clicking_twenty_times_has_one_order(arena: tuple[str, Db]) -> None:
    url, db = arena
    cohort, (alice,) = shop.make_cohort(db, 3), crowd(db, 1)
    results = at_once(url, [partial(buy, alice, cohort)] * 20)
    assert codes(results) == []
    assert len({each["id"] for each in results if isinstance(each, dict)}) == 1
    assert value(db, "select count(*) from public.orders") == 1
    assert value(db, "select private.seats_left(%s)", cohort) == 2


def test_one_buyer_in_two_cohorts_at_once_keeps_one_seat(arena: tuple[str, Db]) -> None:
    url, db = arena
    cohorts, (alice,) = [shop.make_cohort(db, 3) for _ in range(2)], crowd(db, 1)
    results = at_once(url, [partial(buy, alice, cohort) for cohort in cohorts * 5])
    assert codes(results) == []
    live = column(db, "select cohort_id from public.enrollments where status = 'pending'")
    assert len(live) == 1
    assert sorted(value(db, "select private.seats_left(%s)", cohort) for cohort in cohorts) == [
        2,
        3,
    ]
    assert column(db, "select count(*) from public.orders where status = 'pending'") == [1]


def test_late_money_and_a_new_buyer_share_the_last_seat_one_of_them_gets_it(
    arena: tuple[str, Db],
) -> None:
    url, db = arena
    cohort, (alice, bob) = shop.make_cohort(db, 1), crowd(db, 2)
    made = shop.order(db, alice, cohort=cohort)
    page = shop.open_page(db, made["id"], alice)
    event = shop.receive(db, page.session())
    shop.lapse(db, made["id"])

    def late(conn: Db) -> dict[str, Any]:
        return shop.settle(conn, event, page.session())

    contenders: list[Act] = [late, partial(buy, bob, cohort)]
    paid, ordered = at_once(url, contenders)
    assert isinstance(paid, dict)
    taken = column(
        db,
        "select student_id from public.enrollments where cohort_id = %s"
        " and (status = 'active' or held_until > now())",
        cohort,
    )
    winner = alice if paid["outcome"] == "fulfilled" else bob
    assert taken == [winner.id]
    assert paid["outcome"] in {"fulfilled", "no_seat"}
    assert codes([ordered]) == (["cohort_full"] if winner is alice else [])


def test_twenty_workers_claim_a_thousand_jobs_each_once(arena: tuple[str, Db]) -> None:
    url, db = arena
    db.execute("select private.enqueue('emails', '{}') from generate_series(1, 1000)")

    def work(_start: Db) -> list[int]:
        mine: list[int] = []
        with connect(url) as own:  # each claim commits, as a request does
            while jobs := value(own, "select worker.settle('emails', claim => 17)")["jobs"]:
                mine += [job["id"] for job in jobs]
        return mine

    results = at_once(url, [work] * 20)
    claimed = Counter(job for each in results if isinstance(each, list) for job in each)
    assert codes(results) == []
    assert len(claimed) == 1000
    assert set(claimed.values()) == {1}


def test_one_event_delivered_twenty_times_is_one_job(arena: tuple[str, Db]) -> None:
    url, db = arena
    session = {"id": "cs_test_1", "status": "complete"}

    def deliver(conn: Db) -> UUID:
        return shop.receive(conn, session, event_id="evt_1")

    results = at_once(url, [deliver] * 20)
    assert codes(results) == []
    assert len(set(results)) == 1
    assert column(db, "select message from pgmq.q_payments") == [
        {"webhook_event_id": str(results[0])}
    ]


def test_ten_workers_settle_one_payment_once(arena: tuple[str, Db]) -> None:
    """Five events of one session, each in the hands of two workers."""
    url, db = arena
    (alice,) = crowd(db, 1)
    page = shop.open_page(db, shop.order(db, alice)["id"], alice)
    events = [shop.receive(db, page.session()) for _ in range(5)] * 2

    def work(event: UUID, conn: Db) -> str:
        return str(shop.settle(conn, event, page.session())["outcome"])

    results = at_once(url, [partial(work, event) for event in events])
    assert codes(results) == []
    assert value(db, "select count(*) from private.webhook_events where outcome = 'fulfilled'") == 1
    assert column(db, "select template from public.email_messages order by 1") == [
        "enrollment_confirmed",
        "payment_confirmed",
    ]
    assert value(db, "select count(*) from public.entitlements") == 1


def test_paying_and_changing_ones_mind_at_once_is_one_or_the_other(
    arena: tuple[str, Db],
) -> None:
    """Either the payment comes first and the change is refused, or the money finds no seat."""
    url, db = arena
    spring, autumn, (alice,) = shop.make_cohort(db, 5), shop.make_cohort(db, 5), crowd(db, 1)
    page = shop.open_page(db, shop.order(db, alice, cohort=spring)["id"], alice)
    event = shop.receive(db, page.session())

    def pay(conn: Db) -> dict[str, Any]:
        return shop.settle(conn, event, page.session())

    contenders: list[Act] = [pay, partial(buy, alice, autumn)]
    paid, changed = at_once(url, contenders)
    assert isinstance(paid, dict)
    assert (paid["outcome"], codes([changed])) in [
        ("fulfilled", ["already_enrolled"]),
        ("no_seat", []),
    ]
    live = column(
        db, "select cohort_id from public.enrollments where status in ('pending', 'active')"
    )
    assert live == [spring if paid["outcome"] == "fulfilled" else autumn]


def test_two_tabs_open_one_payment_page(arena: tuple[str, Db]) -> None:
    url, db = arena
    (alice,) = crowd(db, 1)
    made = shop.order(db, alice)

    def ask(conn: Db) -> str:
        return str(shop.attempt(conn, made["id"], alice)["idempotency_key"])

    results = at_once(url, [ask] * 10)
    assert codes(results) == []
    assert len(set(results)) == 1


def test_joining_ten_times_at_once_joins_once(arena: tuple[str, Db]) -> None:
    url, db = arena
    sarah = sign_up(db, "Sarah")

    def join(conn: Db) -> None:
        with acting_as(conn, sarah):
            rows(conn, "select * from public.join_academy('mecaformation')")

    assert codes(at_once(url, [join] * 10)) == []
    assert column(db, "select action from public.audit_log where academy_id = %s", MECA) == [
        "member.joined"
    ]
    assert value(db, "select count(*) from public.email_messages") == 1


def test_the_same_dedupe_key_at_once_is_one_job(arena: tuple[str, Db]) -> None:
    url, db = arena

    def ask(conn: Db) -> int | None:
        sent: int | None = value(conn, "select private.enqueue('emails', '{}', 'welcome:1')")
        return sent

    results = at_once(url, [ask] * 20)
    assert codes(results) == []
    assert len([each for each in results if each is not None]) == 1
    assert value(db, "select count(*) from pgmq.q_emails") == 1
