"""What becomes due by time alone. Run twice, run late, run beside a payment."""

from __future__ import annotations

from tests.support.database import Db, column, connect, one, value
from tests.support.people import Cast, crowd
from tests.support.shop import lapse, make_cohort, open_page, order, report, status_of


def housekeep(db: Db) -> None:
    db.execute("select private.housekeep()")


def test_an_order_nobody_paid_gives_its_seat_back(db: Db, cast: Cast) -> None:
    cohort = make_cohort(db, 1)
    made = order(db, cast.alice, cohort=cohort)
    lapse(db, made["id"])
    housekeep(db)
    assert status_of(db, made["id"]) == "expired"
    assert column(db, "select status from public.enrollments") == ["cancelled"]
    assert column(db, "select status from public.payments") == ["cancelled"]
    assert value(db, "select private.seats_left(%s)", cohort) == 1


def test_an_order_still_being_paid_stays(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    lapse(db, made["id"], minutes=5)
    housekeep(db)
    assert status_of(db, made["id"]) == "pending"


def test_the_page_of_a_lapsed_order_is_closed(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    open_page(db, made["id"], cast.alice)
    lapse(db, made["id"])
    housekeep(db)
    assert column(db, "select status from public.payment_attempts") == ["expired"]


def test_running_twice_does_it_once(db: Db, cast: Cast) -> None:
    lapse(db, order(db, cast.alice)["id"])
    housekeep(db)
    housekeep(db)
    assert column(db, "select action from public.audit_log order by id") == [
        "order.created",
        "order.expired",
    ]


def test_running_days_late_catches_up(db: Db, cast: Cast) -> None:
    for buyer in (cast.alice, cast.bob, cast.garance):
        lapse(db, order(db, buyer)["id"], minutes=60 * 24 * 5)
    housekeep(db)
    assert set(column(db, "select status from public.orders")) == {"expired"}


def test_a_paid_order_is_left_alone(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice)
    report(db, open_page(db, made["id"], cast.alice).session())
    db.execute("update public.orders set expires_at = now() - interval '1 day'")
    housekeep(db)
    assert status_of(db, made["id"]) == "paid"


def test_an_order_somebody_works_on_is_left_for_the_next_round(fresh: Db, url: str) -> None:
    first, second = [order(fresh, buyer)["id"] for buyer in crowd(fresh, 2)]
    lapse(fresh, first)
    lapse(fresh, second)
    with connect(url) as other, other.transaction():
        other.execute("select from public.orders where id = %s for update", [first])
        housekeep(fresh)
        assert [status_of(fresh, made) for made in (first, second)] == ["pending", "expired"]
    housekeep(fresh)
    assert status_of(fresh, first) == "expired"


def test_money_after_housekeeping_still_counts(db: Db, cast: Cast) -> None:
    made = order(db, cast.alice, cohort=make_cohort(db, 1))
    page = open_page(db, made["id"], cast.alice)
    lapse(db, made["id"])
    housekeep(db)
    assert report(db, page.session())["outcome"] == "fulfilled"


def test_only_expired_dedupe_keys_go(db: Db) -> None:
    for key in ("old", "new"):
        value(db, "select private.enqueue('emails', '{}', %s)", key)
    db.execute("update private.job_keys set expires_at = now() - interval '1 s' where key = 'old'")
    housekeep(db)
    assert column(db, "select key from private.job_keys") == ["new"]


def test_it_is_scheduled_every_minute(db: Db) -> None:
    job = one(db, "select schedule, command from cron.job where jobname = 'housekeep'")
    assert job == {"schedule": "* * * * *", "command": "select private.housekeep()"}
