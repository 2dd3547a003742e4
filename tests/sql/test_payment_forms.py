"""Opening a form of the academy's own: one payable thing per payment, whichever kind it is."""

from __future__ import annotations

import pytest

from tests.support import forms, shop
from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.forms import ask, open_form
from tests.support.people import ANON, SERVICE, Cast
from tests.support.shop import attempt, open_page, order


def test_an_attempt_says_everything_a_form_needs(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    found = ask(db, made["id"], cast.alice)
    assert (found["kind"], found["amount"], found["currency"]) == ("intent", 69000, "EUR")
    assert (found["intent_id"], found["customer_id"]) == (None, None)
    assert (found["order_id"], found["reference"]) == (str(made["id"]), made["reference"])
    assert found["account"]["slug"] == "mecaformation-stripe"
    assert (found["sessions_to_close"], found["intents_to_close"]) == ([], [])


def test_a_crash_before_the_answer_asks_again_with_the_same_key(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    assert ask(db, made["id"], cast.alice) == ask(db, made["id"], cast.alice)
    assert column(db, "select kind from public.payment_attempts") == ["intent"]


def test_an_open_form_is_given_again(db: Db, cast: Cast) -> None:
    form = open_form(db, order(db, cast.alice)["id"], cast.alice)
    again = ask(db, form.attempt["order_id"], cast.alice)
    assert (again["intent_id"], again["attempt_id"]) == (form.intent_id, form.attempt["attempt_id"])


def test_opening_a_form_closes_the_page_that_was_open(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    assert ask(db, made["id"], cast.alice)["sessions_to_close"] == [page.session_id]
    live = column(db, "select kind from public.payment_attempts where status <> 'expired'")
    assert live == ["intent"]


def test_opening_a_page_closes_the_form_that_was_open(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    form = open_form(db, made["id"], cast.alice)
    found = attempt(db, made["id"], cast.alice)
    assert (found["kind"], found["intents_to_close"]) == ("checkout", [form.intent_id])


def test_a_form_of_an_order_given_up_is_closed_too(db: Db, cast: Cast) -> None:
    spring, autumn = shop.make_cohort(db, 5), shop.make_cohort(db, 5)
    form = open_form(db, order(db, cast.alice, cohort=spring)["id"], cast.alice)
    found = ask(db, order(db, cast.alice, cohort=autumn)["id"], cast.alice)
    assert found["intents_to_close"] == [form.intent_id]


def test_a_form_about_to_lapse_is_replaced_and_cancelled(db: Db, cast: Cast) -> None:
    """Unlike a page, a payment does not close by itself."""
    form = open_form(db, order(db, cast.alice)["id"], cast.alice)
    db.execute("update public.payment_attempts set expires_at = now() + interval '30 seconds'")
    again = ask(db, form.attempt["order_id"], cast.alice)
    assert (again["intent_id"], again["intents_to_close"]) == (None, [form.intent_id])


def test_a_payment_on_its_way_lets_nothing_else_be_opened(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    forms.report(db, open_form(db, made["id"], cast.alice).processing())
    with refused("payment_in_progress", 409):
        ask(db, made["id"], cast.alice)
    with refused("payment_in_progress", 409):
        attempt(db, made["id"], cast.alice)


def test_a_payment_recorded_after_it_was_replaced_is_refused(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    first = ask(db, made["id"], cast.alice)
    attempt(db, made["id"], cast.alice)
    with refused("attempt_is_closed", 409), acting_as(db, SERVICE):
        db.execute("select worker.record_intent(%s, 'pi_1')", [first["attempt_id"]])


def test_a_page_takes_no_payment_of_a_form(db: Db, cast: Cast) -> None:
    page = attempt(db, order(db, cast.alice)["id"], cast.alice)
    with refused("attempt_is_closed", 409), acting_as(db, SERVICE):
        db.execute("select worker.record_intent(%s, 'pi_1')", [page["attempt_id"]])


def test_anothers_order_is_not_found(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    for other in (cast.bob, cast.adele, cast.dora, cast.sarah):
        with refused("order_not_found", 404):
            ask(db, made["id"], other)
    assert rows(db, "select from public.payment_attempts") == []


def test_ten_attempts_of_either_kind_are_enough_for_a_while(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    for _ in range(5):
        ask(db, made["id"], cast.alice)
        attempt(db, made["id"], cast.alice)
    with refused("too_many_attempts", 429):
        ask(db, made["id"], cast.alice)


def test_the_seat_is_held_as_long_as_the_form_is_open(db: Db, cast: Cast) -> None:
    found = ask(db, order(db, cast.alice, cohort=shop.CAP_COHORT)["id"], cast.alice)
    held = one(
        db,
        "select e.held_until, to_timestamp(%s) as closes from public.enrollments as e",
        found["expires_at"],
    )
    assert held["held_until"] > held["closes"]


@pytest.mark.parametrize("who", ["anon", "buyer"])
def test_only_functions_open_forms(db: Db, cast: Cast, who: str) -> None:
    made = order(db, cast.alice)
    with forbidden(), acting_as(db, ANON if who == "anon" else cast.alice):
        value(db, "select worker.intent_attempt(%s, %s)", made["id"], cast.alice.id)
