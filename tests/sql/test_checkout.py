from __future__ import annotations

import psycopg
import pytest

from tests.support import shop
from tests.support.database import Db, acting_as, column, forbidden, one, refused, rows, value
from tests.support.people import ANON, MECA, SERVICE, Cast
from tests.support.shop import attempt, lapse, make_cohort, open_page, order


def test_an_attempt_says_everything_a_page_needs(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    found = attempt(db, made["id"], cast.alice)
    assert (found["amount"], found["currency"], found["locale"]) == (69000, "EUR", "fr")
    assert found["lines"] == [
        {"name": "CAP Maintenance des véhicules", "quantity": 1, "unit_amount": 69000}
    ]
    assert found["customer"] == {"email": "alice@example.org", "name": "Alice Martin"}
    assert found["account"]["slug"] == "mecaformation-stripe"
    assert found["account"]["secret_name"] == "STRIPE_MECAFORMATION"
    assert (found["success_url"], found["cancel_url"]) == (shop.SUCCESS_URL, shop.CANCEL_URL)
    assert (found["url"], found["session_id"], found["customer_id"]) == (None, None, None)
    assert (found["order_id"], found["academy_id"]) == (str(made["id"]), str(MECA))


def test_the_idempotency_key_is_stored_before_the_provider_is_called(db: Db, cast: Cast) -> None:
    found = attempt(db, order(db, cast.alice)["id"], cast.alice)
    stored = one(db, "select id::text, idempotency_key, status from public.payment_attempts")
    assert stored == {
        "id": found["attempt_id"],
        "idempotency_key": found["idempotency_key"],
        "status": "created",
    }


def test_a_page_lasts_at_least_stripes_thirty_minutes(db: Db, cast: Cast) -> None:
    found = attempt(db, order(db, cast.alice)["id"], cast.alice)
    minutes = value(db, "select (%s - extract(epoch from now())) / 60", found["expires_at"])
    assert 33 < minutes <= 35


def test_the_seat_is_held_until_after_the_page_has_closed(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice, cohort=shop.CAP_COHORT)
    found = attempt(db, made["id"], cast.alice)
    held = one(
        db,
        "select e.held_until, o.expires_at, to_timestamp(%s) as closes from public.orders as o"
        " join public.enrollments as e on e.order_id = o.id",
        found["expires_at"],
    )
    assert held["held_until"] == held["expires_at"] > held["closes"]


def test_a_crash_before_the_answer_asks_again_with_the_same_key(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    assert attempt(db, made["id"], cast.alice) == attempt(db, made["id"], cast.alice)
    assert value(db, "select count(*) from public.payment_attempts") == 1


def test_an_open_page_is_given_again(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    again = attempt(db, made["id"], cast.alice)
    assert (again["session_id"], again["attempt_id"]) == (
        page.session_id,
        page.attempt["attempt_id"],
    )
    assert again["url"] == f"https://checkout.stripe.test/{page.session_id}"
    assert again["customer_id"] == page.attempt["customer_id"]
    assert again["sessions_to_close"] == []


@pytest.mark.parametrize("which", ["success_url", "cancel_url"])
def test_another_return_address_closes_the_page_that_was_open(
    db: Db, cast: Cast, which: str
) -> None:
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    other = attempt(db, made["id"], cast.alice, **{which: "https://mecaformation.fr/panier"})
    assert other["sessions_to_close"] == [page.session_id]
    assert other["idempotency_key"] != page.attempt["idempotency_key"]
    assert column(db, "select status from public.payment_attempts order by status") == [
        "created",
        "expired",
    ]


def test_an_attempt_too_old_for_stripe_is_replaced(db: Db, cast: Cast) -> None:
    """Stripe refuses a page that would close in less than 30 minutes."""
    made = order(db, cast.alice)
    first = attempt(db, made["id"], cast.alice)
    db.execute("update public.payment_attempts set expires_at = expires_at - interval '5 min'")
    assert attempt(db, made["id"], cast.alice)["attempt_id"] != first["attempt_id"]


def test_a_page_still_open_for_a_while_is_given_again(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    db.execute("update public.payment_attempts set expires_at = now() + interval '5 minutes'")
    assert attempt(db, made["id"], cast.alice)["session_id"] == page.session_id


def test_a_page_that_has_closed_needs_no_closing(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    open_page(db, made["id"], cast.alice)
    db.execute("update public.payment_attempts set expires_at = now()")
    assert attempt(db, made["id"], cast.alice)["sessions_to_close"] == []


def test_a_page_about_to_close_is_replaced(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    page = open_page(db, made["id"], cast.alice)
    db.execute("update public.payment_attempts set expires_at = now() + interval '30 seconds'")
    again = attempt(db, made["id"], cast.alice)
    assert (again["url"], again["sessions_to_close"]) == (None, [page.session_id])


def test_two_live_pages_for_one_payment_are_impossible(db: Db, cast: Cast) -> None:
    attempt(db, order(db, cast.alice)["id"], cast.alice)
    with pytest.raises(psycopg.errors.UniqueViolation, match="one_live_attempt_per_payment"):
        db.execute(
            "insert into public.payment_attempts (academy_id, payment_id, idempotency_key,"
            " success_url, cancel_url, expires_at) select academy_id, payment_id, 'other',"
            " success_url, cancel_url, expires_at from public.payment_attempts"
        )


def test_anothers_order_is_not_found(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    for other in (cast.bob, cast.adele, cast.dora, cast.sarah):
        with refused("order_not_found", 404):
            attempt(db, made["id"], other)
    assert rows(db, "select from public.payment_attempts") == []


def test_a_removed_member_pays_nothing_any_more(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    db.execute("update public.members set status = 'left' where user_id = %s", [cast.alice.id])
    with refused("order_not_found", 404):
        attempt(db, made["id"], cast.alice)


def test_an_order_that_is_over_is_not_paid(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice, cohort=shop.CAP_COHORT)
    order(db, cast.alice, cohort=shop.make_cohort(db, 1))
    with refused("order_is_cancelled", 409):
        attempt(db, made["id"], cast.alice)


def test_a_lapsed_hold_is_renewed_while_a_seat_is_left(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    lapse(db, made["id"], minutes=5)
    attempt(db, made["id"], cast.alice)
    assert value(db, "select private.seats_left(%s)", cohort) == 0


def test_a_lapsed_hold_is_not_renewed_once_the_seat_is_gone(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    lapse(db, made["id"], minutes=5)
    order(db, cast.bob, cohort=cohort)
    with refused("cohort_full", 409):
        attempt(db, made["id"], cast.alice)


def test_a_page_of_a_replaced_attempt_is_not_recorded(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    old = shop.Page(attempt(db, made["id"], cast.alice))
    attempt(db, made["id"], cast.alice, cancel_url="https://mecaformation.fr/panier")
    with refused("attempt_is_closed", 409), acting_as(db, SERVICE):
        shop.record(db, old)


def test_a_refused_attempt_makes_room_for_a_new_one(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    first = attempt(db, made["id"], cast.alice)
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_attempt(%s, 'card_error', 'No')", first["attempt_id"])
    assert attempt(db, made["id"], cast.alice)["attempt_id"] != first["attempt_id"]
    assert column(db, "select error_code from public.payment_attempts where status = 'failed'") == [
        "card_error"
    ]


def test_a_late_failure_does_not_close_an_open_page(db: Db, cast: Cast) -> None:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_attempt(%s, 'x', 'No')", page.attempt["attempt_id"])
    assert column(db, "select status from public.payment_attempts") == ["open"]


def test_each_attempt_asks_for_a_customer_under_a_key_of_its_own(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    first = attempt(db, made["id"], cast.alice)
    again = attempt(db, made["id"], cast.alice)
    with acting_as(db, SERVICE):
        value(db, "select worker.fail_attempt(%s, 'x', 'No')", first["attempt_id"])
    later = attempt(db, made["id"], cast.alice)
    key = "customer_idempotency_key"
    assert (first[key] == again[key], first[key] == later[key]) == (True, False)


def test_the_first_customer_id_wins(db: Db, cast: Cast) -> None:
    page = open_page(db, order(db, cast.alice)["id"], cast.alice)
    with acting_as(db, SERVICE):
        kept = value(
            db,
            "select worker.record_customer(%s, %s, 'cus_other')",
            page.attempt["account"]["id"],
            cast.alice.id,
        )
    assert kept == page.attempt["customer_id"]
    assert column(db, "select customer_id from public.billing_customers") == [
        page.attempt["customer_id"]
    ]


def test_each_academy_knows_its_own_customer(db: Db, cast: Cast) -> None:
    open_page(db, order(db, cast.alice)["id"], cast.alice)
    with acting_as(db, cast.alice):
        rows(db, "select * from public.join_academy('aurora50')")
    there = order(db, cast.alice, shop.ATELIER_OFFER)
    found = attempt(db, there["id"], cast.alice, "https://aurora50.fr/a", "https://aurora50.fr/b")
    assert (found["customer_id"], found["account"]["slug"]) == (None, "aurora50-stripe")


@pytest.mark.parametrize("name", ["anon", "alice", "adele"])
def test_no_client_reaches_the_workers_functions(db: Db, cast: Cast, name: str) -> None:
    actor = ANON if name == "anon" else getattr(cast, name)
    with forbidden(), acting_as(db, actor):
        value(db, "select worker.checkout_attempt(%s, %s, '', '')", shop.CAP, shop.CAP)
