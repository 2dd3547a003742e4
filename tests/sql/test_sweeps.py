"""The sweeper: what is asked about, how often, and that its word and a webhook's are one."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.support import forms, shop
from tests.support.database import Db, acting_as, column, forbidden, one, rows, value
from tests.support.forms import open_form
from tests.support.people import ANON, SERVICE, Cast
from tests.support.shop import Page, Row, make_cohort, open_page, order


@pytest.fixture
def page(db: Db, cast: Cast) -> Page:
    """Alice's open page for the CAP, in a cohort with one seat."""
    return open_page(db, order(db, cast.alice, cohort=make_cohort(db, 1))["id"], cast.alice)


def sweep(db: Db) -> Row:
    with acting_as(db, SERVICE):
        found: Row = value(db, "select worker.sweep_payments()")
    return found


def age(db: Db, minutes: int) -> None:
    """Let time pass for every attempt."""
    db.execute(
        "update public.payment_attempts set created_at = created_at - make_interval(mins => %(m)s),"
        " expires_at = expires_at - make_interval(mins => %(m)s),"
        " asked_at = asked_at - make_interval(mins => %(m)s)",
        {"m": minutes},
    )


def swept(db: Db, attempt: Row) -> Row | None:
    with acting_as(db, SERVICE):
        found: Row | None = value(db, "select worker.swept_attempt(%s)", attempt["attempt_id"])
    return found


def settle(db: Db, attempt: Row, found: Row) -> Row:
    with acting_as(db, SERVICE):
        settled: Row = value(
            db, "select worker.settle_swept(%s, %s)", attempt["attempt_id"], Jsonb(found)
        )
    return settled


def state(db: Db) -> tuple[list[Any], ...]:
    return (
        column(db, "select status from public.orders"),
        column(db, "select status from public.payment_attempts"),
        column(db, "select status from public.enrollments"),
        column(db, "select template from public.email_messages order by 1"),
    )


PAID = (["paid"], ["succeeded"], ["active"], ["enrollment_confirmed", "payment_confirmed"])


def test_a_page_is_asked_about_after_ten_minutes_and_then_again(db: Db, page: Page) -> None:
    assert sweep(db)["attempts"] == 0
    age(db, 11)
    assert sweep(db)["attempts"] == 1
    assert sweep(db)["attempts"] == 0
    age(db, 11)
    assert sweep(db)["attempts"] == 1
    asked = column(db, "select message ->> 'attempt_id' from pgmq.q_sweeps")
    assert asked == [page.attempt["attempt_id"]] * 2


def test_a_payment_on_its_way_is_asked_about_four_times_a_day(db: Db, cast: Cast) -> None:
    forms.report(db, open_form(db, order(db, cast.alice)["id"], cast.alice).processing())
    age(db, 60)
    assert sweep(db)["attempts"] == 0
    age(db, 301)
    assert sweep(db)["attempts"] == 1


def test_what_was_given_up_is_asked_about_twice_and_closed(db: Db, page: Page) -> None:
    db.execute("update public.payment_attempts set status = 'expired'")
    counts = []
    for _ in range(6):
        counts.append(sweep(db)["attempts"])
        age(db, 21)
    assert counts == [1, 0, 1, 0, 0, 0]
    found = swept(db, page.attempt)
    assert found is not None
    assert found["close"] is True


def test_what_failed_is_closed_since_the_provider_would_let_it_be_paid(db: Db, cast: Cast) -> None:
    form = open_form(db, order(db, cast.alice)["id"], cast.alice)
    forms.report(db, form.processing())
    age(db, 361)
    assert sweep(db)["attempts"] == 1
    age(db, 60)
    forms.report(db, form.bounced())
    assert [sweep(db)["attempts"] for _ in range(2)] == [1, 0]
    found = swept(db, form.attempt)
    assert found is not None
    assert found["close"] is True
    before = state(db)
    assert settle(db, form.attempt, form.unpaid("canceled"))["outcome"] == "expired"
    assert state(db) == before


def test_what_failed_before_it_was_opened_is_not_asked_about(db: Db, cast: Cast) -> None:
    made = shop.attempt(db, order(db, cast.alice)["id"], cast.alice)
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_attempt(%s, 'x', 'No')", made["attempt_id"])
    assert sweep(db)["attempts"] == 0


def test_an_open_page_of_a_pending_order_is_not_closed(db: Db, page: Page) -> None:
    found = swept(db, page.attempt)
    assert found is not None
    assert (found["close"], found["kind"], found["session_id"]) == (
        False,
        "checkout",
        page.session_id,
    )
    age(db, 60)
    late = swept(db, page.attempt)
    assert late is not None
    assert late["close"] is True


def test_a_payment_on_its_way_is_never_closed(db: Db, cast: Cast) -> None:
    form = open_form(db, order(db, cast.alice)["id"], cast.alice)
    forms.report(db, form.processing())
    age(db, 60 * 24)
    found = swept(db, form.attempt)
    assert found is not None
    assert found["close"] is False


def test_what_a_webhook_settled_meanwhile_is_not_asked_about(db: Db, page: Page) -> None:
    shop.report(db, page.session())
    assert swept(db, page.attempt) is None


def test_what_was_never_opened_is_not_asked_about(db: Db, cast: Cast) -> None:
    made = shop.attempt(db, order(db, cast.alice)["id"], cast.alice)
    age(db, 30)
    assert sweep(db)["attempts"] == 0
    assert swept(db, made) is None


def test_one_run_asks_about_so_many_and_the_next_goes_on(db: Db, cast: Cast) -> None:
    for offer in (shop.CAP_OFFER, shop.HYBRID_OFFER):
        open_page(db, order(db, cast.alice, offer)["id"], cast.alice)
    open_page(db, order(db, cast.bob)["id"], cast.bob)
    age(db, 11)
    assert [value(db, "select private.sweep_attempts(2)") for _ in range(3)] == [2, 1, 0]


def test_a_paid_order_whose_webhook_never_came_is_fulfilled(db: Db, page: Page) -> None:
    assert settle(db, page.attempt, page.session())["outcome"] == "fulfilled"
    assert state(db) == PAID
    kept = one(db, "select event_type, outcome from private.webhook_events")
    assert kept == {"event_type": "sweep.checkout", "outcome": "fulfilled"}


@pytest.mark.parametrize("steps", list(permutations(("sweep", "webhook", "sweep again"))))
def test_sweep_and_webhook_in_any_order_do_it_once(
    db: Db, page: Page, steps: tuple[str, ...]
) -> None:
    for step in steps:
        if step == "webhook":
            shop.report(db, page.session())
        else:
            settle(db, page.attempt, page.session())
    assert state(db) == PAID


def test_each_state_is_settled_once_however_often_it_is_swept(db: Db, cast: Cast) -> None:
    form = open_form(db, order(db, cast.alice)["id"], cast.alice)
    assert settle(db, form.attempt, form.processing())["outcome"] == "processing"
    assert settle(db, form.attempt, form.processing())["repeated"] is True
    assert settle(db, form.attempt, form.intent())["outcome"] == "fulfilled"
    assert settle(db, form.attempt, form.intent())["repeated"] is True
    assert len(rows(db, "select from private.webhook_events")) == 2


def test_a_page_nobody_has_paid_leaves_no_trace(db: Db, page: Page) -> None:
    before = state(db)
    unpaid = page.session(status="open", payment_status="unpaid", payment_intent=None)
    assert settle(db, page.attempt, unpaid)["outcome"] == "unpaid"
    assert state(db) == before
    assert rows(db, "select from private.webhook_events") == []


def test_a_closed_page_gives_the_seat_back(db: Db, page: Page) -> None:
    assert settle(db, page.attempt, page.expired())["outcome"] == "expired"
    assert state(db) == (["expired"], ["expired"], ["cancelled"], [])


def test_money_found_after_the_seat_was_sold_goes_back(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    page = open_page(db, made["id"], cast.alice)
    shop.lapse(db, made["id"])
    db.execute("select private.housekeep()")
    order(db, cast.bob, cohort=cohort)
    assert settle(db, page.attempt, page.session())["outcome"] == "no_seat"
    assert column(db, "select reason from public.refunds") == ["no_seat"]


def test_a_payment_that_is_not_the_order_is_a_mismatch(db: Db, page: Page) -> None:
    found = settle(db, page.attempt, page.session(amount_total=1))
    assert (found["outcome"], found["reason"]) == ("mismatch", "amount")


def replay(db: Db, queue: str, **payload: str) -> None:
    """An operator replays the dead letter that a payload has left."""
    db.execute(
        "insert into private.dead_letters"
        " (queue, msg_id, payload, read_ct, code, message, enqueued_at)"
        " values (%s, 1, %s, 1, 'x', 'x', now())",
        [queue, Jsonb(payload)],
    )
    db.execute("select private.replay_dead_letters(%s, null, null, null)", [queue])


def test_a_letter_about_a_mismatch_is_looked_at_again_once_the_order_is_corrected(
    db: Db, page: Page
) -> None:
    strange = page.session(customer="cus_other")
    event = shop.receive(db, strange)
    assert shop.settle(db, event, strange)["outcome"] == "mismatch"
    assert settle(db, page.attempt, strange)["outcome"] == "mismatch"
    db.execute("update public.billing_customers set customer_id = 'cus_other'")
    assert shop.settle(db, event, strange)["repeated"] is True
    assert settle(db, page.attempt, strange)["repeated"] is True
    replay(db, "payments", webhook_event_id=str(event))
    replay(db, "sweeps", attempt_id=page.attempt["attempt_id"])
    assert shop.settle(db, event, strange)["outcome"] == "fulfilled"
    assert settle(db, page.attempt, strange)["outcome"] == "already_fulfilled"


def test_replaying_a_letter_of_an_event_that_was_settled_changes_nothing(
    db: Db, page: Page
) -> None:
    event = shop.receive(db, page.session())
    shop.settle(db, event, page.session())
    replay(db, "payments", webhook_event_id=str(event))
    assert shop.settle(db, event, page.session())["repeated"] is True


def test_the_sweepers_own_rows_are_no_webhooks(db: Db, page: Page) -> None:
    strange = page.session(customer="cus_other")
    assert settle(db, page.attempt, strange)["outcome"] == "mismatch"
    replay(db, "sweeps", attempt_id=page.attempt["attempt_id"])
    db.execute("update private.webhook_events set received_at = now() - interval '20 minutes'")
    assert column(db, "select processed_at from private.webhook_events") == [None]
    assert sweep(db)["webhooks"] == 0


def test_a_webhooks_job_goes_before_a_sweeps(db: Db) -> None:
    assert value(
        db,
        "select s.priority < p.priority from private.queues as s, private.queues as p"
        " where s.name = 'sweeps' and p.name = 'payments'",
    )


def test_the_clock_asks_every_five_minutes(db: Db) -> None:
    schedule = one(db, "select rule, queue from private.schedules where name = 'sweep_payments'")
    assert schedule == {"rule": "*/5 * * * *", "queue": "sweeps"}


@pytest.mark.parametrize("who", ["anon", "buyer"])
def test_only_workers_sweep(db: Db, cast: Cast, who: str) -> None:
    with forbidden(), acting_as(db, ANON if who == "anon" else cast.alice):
        value(db, "select worker.sweep_payments()")
