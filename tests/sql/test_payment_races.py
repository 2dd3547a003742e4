"""Pages, forms, webhooks and sweeps at the same moment: one payable thing, one effect."""

from __future__ import annotations

from functools import partial
from itertools import cycle, islice
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests.sql.test_races import Act, arena
from tests.support import forms, shop
from tests.support.database import Db, acting_as, column, rows, value
from tests.support.forms import Form, behind, open_form
from tests.support.people import SERVICE, crowd
from tests.support.races import at_once, codes
from tests.support.shop import Page, Row, make_cohort, open_page, order

__all__ = ["arena"]
LIVE = "select kind from public.payment_attempts where status in ('created', 'open', 'processing')"


def told(db: Db, intent: Row) -> Row:
    """A webhook about a payment, kept and settled."""
    with acting_as(db, SERVICE):
        kept: Row = value(
            db,
            "select worker.receive_webhook(%s, %s, 'payment_intent.succeeded', '{}')",
            shop.ACCOUNT,
            f"evt_{uuid4().hex}",
        )
        settled: Row = value(
            db, "select worker.settle_intent(%s, %s)", kept["webhook_event_id"], Jsonb(intent)
        )
    return settled


def swept(db: Db, attempt: Row, shown: Row) -> Row:
    with acting_as(db, SERVICE):
        settled: Row = value(
            db, "select worker.settle_swept(%s, %s)", attempt["attempt_id"], Jsonb(shown)
        )
    return settled


def test_pages_and_forms_opened_at_once_leave_one_payable_thing(arena: tuple[str, Db]) -> None:
    url, db = arena
    (alice,) = crowd(db, 1)
    made: UUID = order(db, alice)["id"]
    acts: list[Act] = [
        lambda conn: shop.attempt(conn, made, alice),
        lambda conn: forms.ask(conn, made, alice),
    ]
    results = at_once(url, list(islice(cycle(acts), 8)))
    assert codes(results) == []
    assert len(column(db, LIVE)) == 1


def test_webhooks_and_sweeps_of_one_payment_at_once_enrol_once(arena: tuple[str, Db]) -> None:
    url, db = arena
    (alice,) = crowd(db, 1)
    page: Page = open_page(db, order(db, alice, cohort=make_cohort(db, 1))["id"], alice)
    acts: list[Act] = [
        lambda conn: shop.report(conn, page.session()),
        lambda conn: told(conn, behind(page)),
        lambda conn: swept(conn, page.attempt, page.session()),
    ]
    results = at_once(url, list(islice(cycle(acts), 12)))
    assert codes(results) == []
    outcomes = [r["outcome"] for r in results if isinstance(r, dict) and not r.get("repeated")]
    assert outcomes.count("fulfilled") == 1
    assert column(db, "select status from public.enrollments") == ["active"]
    assert len(rows(db, "select from public.entitlements")) == 1
    assert (
        len(rows(db, "select from private.webhook_events where starts_with(event_id, 'sweep:')"))
        == 1
    )


def test_two_payments_of_one_order_at_once_give_one_back(arena: tuple[str, Db]) -> None:
    url, db = arena
    (alice,) = crowd(db, 1)
    made = order(db, alice)["id"]
    form: Form = open_form(db, made, alice)
    page: Page = open_page(db, made, alice)
    acts: list[Act] = [
        lambda conn: told(conn, form.intent()),
        lambda conn: shop.report(conn, page.session()),
        lambda conn: told(conn, behind(page)),
    ]
    results = at_once(url, list(islice(cycle(acts), 9)))
    assert codes(results) == []
    (back,) = rows(db, "select payment_intent_id, amount, reason from public.refunds")
    kept = column(db, "select stripe_payment_intent_id from public.payments")
    assert {back["payment_intent_id"], *kept} == {form.intent_id, page.intent}
    assert (back["amount"], back["reason"]) == (69000, "paid_twice")
    logged = "select from public.audit_log where action = 'order.paid_twice'"
    assert len(rows(db, logged)) == 1


def test_a_debit_on_its_way_and_a_new_page_at_once_keep_the_seat(arena: tuple[str, Db]) -> None:
    """Whichever is first, the debit ends as the one live attempt, with its seat held for days."""
    url, db = arena
    (alice,) = crowd(db, 1)
    made = order(db, alice, cohort=make_cohort(db, 1))["id"]
    form = open_form(db, made, alice)
    acts: list[Act] = [
        lambda conn: told(conn, form.processing()),
        lambda conn: shop.attempt(conn, made, alice),
    ]
    results = at_once(url, acts * 3)
    assert set(codes(results)) <= {"payment_in_progress"}
    assert column(db, LIVE) == ["intent"]
    held = "select held_until > now() + interval '14 days' from public.enrollments"
    assert column(db, held) == [True]


def test_two_sweepers_at_once_share_the_attempts_out(arena: tuple[str, Db]) -> None:
    url, db = arena
    for buyer in crowd(db, 12):
        open_page(db, order(db, buyer)["id"], buyer)
    db.execute("update public.payment_attempts set created_at = now() - interval '20 minutes'")

    def sweep(conn: Db, most: int) -> Row:
        return {"asked": value(conn, "select private.sweep_attempts(%s)", most)}

    results = at_once(url, [partial(sweep, most=5)] * 4)
    assert codes(results) == []
    jobs = column(db, "select message ->> 'attempt_id' from pgmq.q_sweeps")
    assert len(jobs) == len(set(jobs)) == sum(r["asked"] for r in results if isinstance(r, dict))
