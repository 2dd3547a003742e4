"""What a signed-in person may not do however often they try: fill tables, pay twice, come back."""

from __future__ import annotations

from itertools import cycle, islice

from tests.support.database import Db, acting_as, column, refused, rows, value
from tests.support.people import Cast
from tests.support.shop import attempt, make_cohort, open_page, order, report, status_of

AN_HOUR, TEN_MINUTES = "61 minutes", "11 minutes"


def test_changing_ones_mind_leaves_thirty_orders_an_hour_at_most(db: Db, cast: Cast) -> None:
    cohorts = cycle([make_cohort(db, 5), make_cohort(db, 5)])
    for cohort in islice(cohorts, 30):
        order(db, cast.alice, cohort=cohort)
    with refused("too_many_orders", 429):
        order(db, cast.alice, cohort=next(cohorts))
    assert value(db, "select count(*) from public.orders") == 30
    assert value(db, "select count(*) from public.enrollments where status = 'pending'") == 1
    order(db, cast.bob)
    db.execute("update public.orders set created_at = created_at - %s::interval", [AN_HOUR])
    order(db, cast.alice, cohort=next(cohorts))


def test_the_order_one_has_is_given_however_many_there_were(db: Db, cast: Cast) -> None:
    cohorts = cycle([make_cohort(db, 5), make_cohort(db, 5)])
    made = [order(db, cast.alice, cohort=cohort) for cohort in islice(cohorts, 30)]
    next(cohorts)
    assert order(db, cast.alice, cohort=next(cohorts))["id"] == made[-1]["id"]


def test_a_payment_has_ten_pages_in_ten_minutes_at_most(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    for n in range(10):
        attempt(db, made["id"], cast.alice, cancel_url=f"https://mecaformation.fr/{n}")
    with refused("too_many_attempts", 429):
        attempt(db, made["id"], cast.alice, cancel_url="https://mecaformation.fr/10")
    assert attempt(db, made["id"], cast.alice, cancel_url="https://mecaformation.fr/9")
    db.execute(
        "update public.payment_attempts set created_at = now() - %s::interval", [TEN_MINUTES]
    )
    attempt(db, made["id"], cast.alice, cancel_url="https://mecaformation.fr/10")


def test_paying_for_another_session_closes_the_page_of_the_first(db: Db, cast: Cast) -> None:
    spring, autumn = make_cohort(db, 5), make_cohort(db, 5)
    first = order(db, cast.alice, cohort=spring)
    page = open_page(db, first["id"], cast.alice)
    second = order(db, cast.alice, cohort=autumn)
    assert status_of(db, first["id"]) == "cancelled"
    assert attempt(db, second["id"], cast.alice)["sessions_to_close"] == [page.session_id]


def test_nobody_elses_page_is_closed(db: Db, cast: Cast) -> None:
    spring, autumn = make_cohort(db, 5), make_cohort(db, 5)
    for cohort in (spring, autumn):
        open_page(db, order(db, cast.bob, cohort=cohort)["id"], cast.bob)
    made = order(db, cast.alice)
    assert attempt(db, made["id"], cast.alice)["sessions_to_close"] == []


def test_a_replaced_page_takes_no_order_with_it_when_the_next_fails(db: Db, cast: Cast) -> None:
    """The old page is closed before the new one is asked for, and then the provider fails."""
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    old = open_page(db, made["id"], cast.alice)
    new = attempt(db, made["id"], cast.alice, cancel_url="https://mecaformation.fr/panier")
    value(db, "select worker.fail_attempt(%s, 'payment_provider_error', '')", new["attempt_id"])
    assert report(db, old.expired())["outcome"] == "expired"
    assert status_of(db, made["id"]) == "pending"
    assert value(db, "select private.seats_left(%s)", cohort) == 0
    assert report(db, open_page(db, made["id"], cast.alice).session())["outcome"] == "fulfilled"


def test_no_seat_is_sold_in_a_session_that_has_ended(db: Db, cast: Cast) -> None:
    ending = "update public.cohorts set starts_on = current_date - 60, ends_on = current_date - %s"
    over = make_cohort(db, 5)
    db.execute(f"{ending} where id = %s", [1, over])
    with refused("cohort_not_found", 404):
        order(db, cast.alice, cohort=over)
    assert rows(db, "select from public.orders") == []
    db.execute(f"{ending} where id = %s", [0, over])
    order(db, cast.alice, cohort=over)


def test_the_token_of_a_deleted_account_joins_nothing(db: Db, cast: Cast) -> None:
    db.execute("delete from auth.users where id = %s", [cast.alice.id])
    with refused("profile_not_found", 404), acting_as(db, cast.alice):
        rows(db, "select * from public.join_academy('mecaformation')")
    status = "select status from public.members where user_id = %s"
    assert column(db, status, cast.alice.id) == ["left"]
