"""Numbers without a gap or a double, however payments race, fail and die."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import psycopg
import pytest

from tests.support import shop
from tests.support.database import Db, column, one, rows, value
from tests.support.invoices import SELLER, open_page, pay, sequence
from tests.support.people import AURORA, MECA, Cast, Person, admit, crowd
from tests.support.races import at_once, codes
from tests.support.settings import settings

Act = Callable[[Db], None]
TAKE = "select * from private.take_invoice_number(%s, 'invoice', %s)"


def ready(db: Db, buyers: list[Person], academy: UUID = MECA) -> list[Act]:
    """Everything up to the payment itself, which is what each act is."""
    offer, account = {
        MECA: (shop.make_offer(db, grants=["forum"]), shop.ACCOUNT),
        AURORA: (shop.ATELIER_OFFER, "aurora50-stripe"),
    }[academy]
    acts: list[Act] = []
    for buyer in buyers:
        session = open_page(db, shop.order(db, buyer, offer)["id"], buyer).session()
        acts.append(partial(settle, shop.receive(db, session, account), session))
    return acts


def settle(event: UUID, session: shop.Row, db: Db) -> None:
    assert shop.settle(db, event, session)["outcome"] == "fulfilled"


def and_fails(act: Act, db: Db) -> None:
    """The payment, and then something that undoes it."""
    act(db)
    db.execute("select private.fail(500, 'undone', 'x')")


def and_dies(act: Act, db: Db) -> None:
    """The payment, its number taken, and then its connection is cut."""
    act(db)
    db.execute("select pg_terminate_backend(pg_backend_pid())")


def test_fifty_payments_at_once_take_fifty_numbers(fresh: Db, url: str) -> None:
    results = at_once(url, ready(fresh, crowd(fresh, 50)))
    assert codes(results) == []
    assert sequence(fresh) == list(range(1, 51))
    assert len(set(column(fresh, "select number from public.invoices"))) == 50
    assert value(fresh, "select count(*) from pgmq.q_invoices") == 50


@pytest.mark.parametrize("trouble", [and_fails, and_dies], ids=["rolled back", "killed"])
def test_what_fails_at_the_last_moment_leaves_no_gap(
    fresh: Db, url: str, trouble: Callable[[Act, Db], None]
) -> None:
    acts = ready(fresh, crowd(fresh, 50))
    mixed = [partial(trouble, act) if n % 3 == 0 else act for n, act in enumerate(acts)]
    results = at_once(url, mixed)
    failed = [each for each in results if isinstance(each, psycopg.Error)]
    assert len(failed) == 17
    assert sequence(fresh) == list(range(1, 34))
    for act in acts[::3]:  # the provider tells us again
        act(fresh)
    assert sequence(fresh) == list(range(1, 51))
    by_number = column(fresh, "select issued_on from public.invoices order by sequence")
    assert by_number == sorted(by_number)


def test_two_academies_do_not_wait_for_one_another(fresh: Db, url: str) -> None:
    everybody = crowd(fresh, 30)
    for person in everybody[15:]:
        admit(fresh, person, AURORA, "student")
    crowds = {MECA: everybody[:15], AURORA: everybody[15:]}
    acts = [act for academy, buyers in crowds.items() for act in ready(fresh, buyers, academy)]
    assert codes(at_once(url, acts)) == []
    for academy in crowds:
        assert sequence(fresh, academy=academy) == list(range(1, 16))


@pytest.mark.parametrize(
    ("zone", "moment", "number", "day"),
    [
        ("Europe/Paris", "2026-12-31 22:59:59+00", "F-2026-00001", "2026-12-31"),
        ("Europe/Paris", "2026-12-31 23:00:00+00", "F-2027-00001", "2027-01-01"),
        ("UTC", "2026-12-31 23:59:59+00", "F-2026-00001", "2026-12-31"),
        ("UTC", "2027-01-01 00:00:00+00", "F-2027-00001", "2027-01-01"),
        ("Africa/Tunis", "2026-12-31 23:00:00+00", "F-2027-00001", "2027-01-01"),
    ],
)
def test_the_year_turns_at_the_academys_midnight(
    db: Db, zone: str, moment: str, number: str, day: str
) -> None:
    db.execute("update public.academies set timezone = %s where id = %s", [zone, MECA])
    taken = one(db, TAKE, MECA, moment)
    assert (taken["taken_number"], str(taken["taken_on"])) == (number, day)


def test_a_new_year_starts_at_one_and_the_old_one_stays(db: Db) -> None:
    moments = ["2026-12-30", "2026-12-31", "2027-01-02", "2027-01-03"]
    found = [one(db, TAKE, MECA, f"{day} 12:00+00")["taken_number"] for day in moments]
    assert found == ["F-2026-00001", "F-2026-00002", "F-2027-00001", "F-2027-00002"]


def test_a_clock_that_was_set_back_dates_nothing_before_the_last(db: Db) -> None:
    later, earlier = (one(db, TAKE, MECA, f"2026-05-0{d} 12:00+00")["taken_on"] for d in (3, 2))
    assert earlier == later


def test_prefixes_are_the_academys_and_hold_for_the_year(db: Db) -> None:
    marked = SELLER | {"invoice_prefix": "FA", "credit_note_prefix": "AV", "number_digits": 3}
    settings(db, {"invoicing": marked})
    assert one(db, TAKE, MECA, "2026-05-02 12:00+00")["taken_number"] == "FA-2026-001"
    settings(db, {"invoicing": SELLER})
    assert one(db, TAKE, MECA, "2026-05-02 12:00+00")["taken_number"] == "FA-2026-002"
    assert one(db, TAKE, MECA, "2027-05-02 12:00+00")["taken_number"] == "F-2027-00001"


def test_prefixes_exchanged_within_a_year_never_meet(db: Db) -> None:
    one(db, TAKE, MECA, "2026-05-02 12:00+00")
    swapped = SELLER | {"invoice_prefix": "A", "credit_note_prefix": "F"}
    settings(db, {"invoicing": swapped})
    taken = one(
        db, "select * from private.take_invoice_number(%s, 'credit_note', '2026-05-02')", MECA
    )
    assert taken["taken_number"] == "A-2026-00001"


def test_more_numbers_than_digits_are_written_whole(db: Db) -> None:
    one(db, TAKE, MECA, "2026-05-02 12:00+00")
    db.execute("update private.invoice_counters set last_number = 99999 where series = 'invoice'")
    assert one(db, TAKE, MECA, "2026-05-02 12:00+00")["taken_number"] == "F-2026-100000"


def test_a_series_taken_over_from_another_program_goes_on(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into private.invoice_counters"
        " (academy_id, series, year, prefix, digits, last_number, last_issued_on)"
        " select %s, 'invoice', extract(year from now()), 'F', 5, 41, now()::date - 3",
        [MECA],
    )
    pay(db, cast.alice)
    assert [row["sequence"] for row in rows(db, "select sequence from public.invoices")] == [42]
