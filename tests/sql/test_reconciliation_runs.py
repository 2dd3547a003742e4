"""Runs: which days a night looks at, who may write into one, and what becomes of what it found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tests.support import shop
from tests.support.database import (
    Db,
    acting_as,
    column,
    forbidden,
    one,
    refused,
    rows,
    value,
)
from tests.support.people import ANON, SERVICE, Cast
from tests.support.races import at_once
from tests.support.reconciling import (
    account_of,
    charge,
    compare,
    compare_late,
    doubts,
    fill,
    finish,
    listed,
    named,
    request,
    stage,
    start,
    today,
)
from tests.support.refunding import buy
from tests.support.shop import Page

DUE = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    return buy(db, cast.alice)


def plan(db: Db, due: datetime = DUE) -> list[date]:
    """Plan a night; returns the days that are new in the queue."""
    before = {row["id"] for row in rows(db, "select id from private.reconciliations")}
    with acting_as(db, SERVICE):
        value(db, "select worker.plan_reconciliations(%s)", due)
    made = rows(db, "select id, day from private.reconciliations order by day desc")
    return [row["day"] for row in made if row["id"] not in before]


def before(*days: int) -> list[date]:
    return [DUE.date() - timedelta(days=back) for back in days]


def test_a_night_looks_at_yesterday_and_at_days_that_may_have_changed(db: Db, page: Page) -> None:
    assert plan(db) == before(1, 2, 3, 7, 30)
    queued = column(db, "select message ->> 'reconciliation_id' from pgmq.q_reconciliations")
    assert len(set(queued)) == 5


def test_a_night_that_is_planned_twice_is_planned_once(db: Db, page: Page) -> None:
    plan(db)
    assert plan(db) == []
    db.execute("select private.start_reconciliation(id) from private.reconciliations")
    db.execute("select private.finish_reconciliation(id, 1) from private.reconciliations")
    assert plan(db) == []
    assert len(column(db, "select msg_id from pgmq.q_reconciliations")) == 5


def test_the_next_night_compares_them_again(db: Db, page: Page) -> None:
    plan(db)
    db.execute("select private.start_reconciliation(id) from private.reconciliations")
    db.execute("select private.finish_reconciliation(id, 1) from private.reconciliations")
    db.execute("update private.reconciliations set created_at = %s", [DUE])
    assert plan(db, DUE + timedelta(days=1)) == before(0, 1, 2, 6, 29)


def test_a_day_with_an_open_difference_is_looked_at_until_it_is_resolved(
    db: Db, page: Page
) -> None:
    compare(db)
    old = DUE.date() - timedelta(days=100)
    db.execute("update private.reconciliation_differences set day = %s", [old])
    assert old in plan(db)
    db.execute("update private.reconciliation_differences set resolved_at = now()")
    db.execute("delete from private.reconciliations")
    assert old not in plan(db)


def test_an_account_without_payments_is_left_alone(db: Db) -> None:
    assert plan(db) == []


def test_a_day_that_waits_is_not_asked_for_twice(db: Db) -> None:
    first = request(db)
    assert request(db) == first
    assert column(db, "select message from pgmq.q_reconciliations") == [
        {"reconciliation_id": str(first)}
    ]


def test_a_day_whose_job_died_is_queued_again(db: Db) -> None:
    first = request(db)
    db.execute("truncate pgmq.q_reconciliations")
    assert request(db) == first
    assert len(column(db, "select msg_id from pgmq.q_reconciliations")) == 1


def test_a_run_that_was_taken_over_takes_nothing_more(db: Db, page: Page) -> None:
    run = request(db)
    start(db, run)
    stage(db, run, 1, charge(page, amount=1))
    start(db, run)
    for late in (
        lambda: stage(db, run, 1, charge(page, amount=2)),
        lambda: doubts(db, run, 1),
        lambda: finish(db, run, 1),
    ):
        with refused("reconciliation_taken_over", 409):
            late()
    stage(db, run, 2, charge(page))
    assert finish(db, run, 2)["differing"] == 0


def test_what_an_earlier_try_staged_does_not_count(db: Db, page: Page) -> None:
    run = request(db)
    start(db, run)
    stage(db, run, 1, charge(page, id="ch_0", payment_intent="pi_0", attempt_id=None))
    start(db, run)
    stage(db, run, 2, charge(page))
    told = finish(db, run, 2)
    assert (told["listed"], told["differing"]) == (1, 0)


def test_a_finished_run_says_the_same_again_and_changes_nothing(db: Db, page: Page) -> None:
    run = request(db)
    start(db, run)
    told = finish(db, run, 1)
    assert told["differing"] == 0
    assert start(db, run) is None
    assert stage(db, run, 1, charge(page, amount=1)) == 0
    assert finish(db, run, 1) == told
    assert doubts(db, run, 1) == []
    assert listed(db) == []


def test_a_page_that_is_sent_twice_counts_once(db: Db, page: Page) -> None:
    run = request(db)
    start(db, run)
    for _ in range(2):
        stage(db, run, 1, charge(page))
    assert finish(db, run, 1)["listed"] == 1


def test_what_was_staged_is_gone_afterwards(db: Db, page: Page) -> None:
    compare(db, charge(page))
    assert rows(db, "select from private.reconciliation_objects") == []


def test_a_page_has_a_limit(db: Db, page: Page) -> None:
    run = request(db)
    start(db, run)
    with refused("too_many_objects", 422):
        stage(db, run, 1, *([charge(page)] * 1001))


def test_seen_again_it_is_the_same_difference_and_gone_it_is_resolved(db: Db, page: Page) -> None:
    assert compare(db, charge(page, amount=1))["appeared"] == 1
    again = compare(db, charge(page, amount=2))
    assert (again["differing"], again["appeared"], again["resolved"]) == (1, 0, 0)
    assert one(db, "select provider_says from private.reconciliation_differences") == {
        "provider_says": "2"
    }
    assert compare(db, charge(page))["resolved"] == 1
    assert named(db) == []
    assert compare(db, charge(page))["resolved"] == 0


def test_another_day_and_another_account_resolve_nothing(db: Db, page: Page) -> None:
    compare(db, charge(page, amount=1))
    compare(db, day=today(db) - timedelta(days=1))
    compare(db, account=account_of(db, "aurora50-stripe"))
    assert named(db) == ["payment amount"]


def test_what_changed_here_since_the_run_began_is_left_to_the_next(db: Db, page: Page) -> None:
    assert compare(db, charge(page, amount=1))["appeared"] == 1
    told = compare_late(db, charge(page, amount=1))
    assert (told["differing"], told["resolved"]) == (0, 0)
    assert compare(db, charge(page, amount=1))["differing"] == 1
    assert compare(db, charge(page))["resolved"] == 1


@pytest.mark.prove
def test_a_busy_day_is_compared_within_the_time_a_call_has(db: Db, cast: Cast) -> None:
    """Nobody has analysed a table that was filled a moment ago: the plans must not need that."""
    run = request(db)
    start(db, run)
    fill(db, run, cast.alice.id, 20_000)
    db.execute("set constraints all immediate")  # what was filled is checked here, not below
    db.execute("set local statement_timeout = '8s'")
    assert len(doubts(db, run, 1)) == 100
    assert finish(db, run, 1)["listed"] == 19_800 + 2_000


def test_news_is_in_the_log_of_the_academy(db: Db, page: Page) -> None:
    compare(db, charge(page))
    compare(db, charge(page, amount=1))
    [told] = rows(db, "select details from public.audit_log where action = 'payments.reconciled'")
    assert (told["details"]["appeared"], told["details"]["resolved"]) == (1, 0)


def test_two_finishes_at_once_list_a_difference_once(fresh: Db, url: str) -> None:
    account = account_of(fresh)
    strange = charge(Page({"amount": 1, "currency": "EUR", "attempt_id": None}))
    runs: list[UUID] = []
    for back in (0, 1):
        run = request(fresh, today(fresh) - timedelta(days=back), account)
        start(fresh, run)
        stage(fresh, run, 1, strange)
        runs.append(run)

    ends = [lambda db, run=run: finish(db, run, 1)["appeared"] for run in runs]
    assert sorted(map(str, at_once(url, ends))) == ["0", "1"]
    assert named(fresh) == ["payment missing_here"]


def ask(db: Db, first: date, last: date, account: str | None = shop.ACCOUNT) -> int:
    with acting_as(db, SERVICE):
        asked = value(db, "select worker.request_reconciliations(%s, %s, %s)", first, last, account)
    return len(asked)


def test_an_operator_asks_for_days_of_one_account_or_of_all(db: Db) -> None:
    day = today(db)
    assert ask(db, day - timedelta(days=6), day) == 7
    accounts = value(db, "select count(*) from private.provider_accounts where provider = 'stripe'")
    assert ask(db, day, day, None) == accounts


@pytest.mark.parametrize(
    ("first", "last", "account", "code", "status"),
    [
        (0, 0, "nobody", "account_not_found", 404),
        (0, 1, shop.ACCOUNT, "days_invalid", 422),
        (0, -1, shop.ACCOUNT, "days_invalid", 422),
        (-400, 0, shop.ACCOUNT, "days_invalid", 422),
    ],
)
def test_a_wrong_account_or_span_is_refused(
    db: Db, first: int, last: int, account: str, code: str, status: int
) -> None:
    day = today(db)
    with refused(code, status):
        ask(db, day + timedelta(days=first), day + timedelta(days=last), account)


def test_the_operator_s_list_has_pages_and_keeps_to_what_is_open(db: Db, page: Page) -> None:
    compare(db, charge(page, amount=1, currency="tnd"))
    compare(db, charge(page, amount=1))

    def told(**given: object) -> list[str]:
        asked = {"account": None, "is_open": True, "after_id": None, "most": 100} | given
        with acting_as(db, SERVICE):
            found = value(
                db,
                "select worker.reconciliation_differences(%s, %s, %s, %s)",
                *(asked[name] for name in ("account", "is_open", "after_id", "most")),
            )
        return [each["kind"] for each in found]

    assert told() == ["amount"]
    everything = told(is_open=False)
    assert sorted(everything) == ["amount", "currency"]
    assert told(is_open=False, most=1) == everything[:1]
    assert told(is_open=False, after_id=listed(db)[0]["id"]) == everything[1:]
    assert told(account="aurora50-stripe") == []


def test_the_clock_asks_every_night(db: Db) -> None:
    assert one(
        db,
        "select rule, queue, time_zone from private.schedules"
        " where name = 'nightly_reconciliation'",
    ) == {"rule": "30 3 * * *", "queue": "reconciliations", "time_zone": "Europe/Paris"}


@pytest.mark.parametrize("who", ["anon", "admin"])
@pytest.mark.parametrize(
    "call",
    [
        "worker.plan_reconciliations(now())",
        "worker.reconciliation_differences()",
        "private.differences_of_operator(null, true, null, 1)",
        "private.request_reconciliation(gen_random_uuid(), current_date)",
    ],
)
def test_only_workers_and_operators_reconcile(db: Db, cast: Cast, who: str, call: str) -> None:
    with forbidden(), acting_as(db, ANON if who == "anon" else cast.adele):
        db.execute(f"select {call}".encode())
