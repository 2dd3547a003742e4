"""An order that is paid has its invoices, in the same transaction, and they never change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from tests.support import shop
from tests.support.database import Db, column, one, value
from tests.support.invoices import (
    SELLER,
    invoice,
    invoices,
    issue_missing,
    pay,
    sequence,
    split,
    unsold,
)
from tests.support.people import AURORA, MECA, Cast
from tests.support.settings import settings

YEAR = datetime.now(ZoneInfo("Europe/Paris")).year


def test_a_paid_order_has_an_invoice(db: Db, cast: Cast) -> None:
    made = invoice(db, pay(db, cast.alice))
    assert (made["kind"], made["number"], made["sequence"]) == ("invoice", f"F-{YEAR}-00001", 1)
    assert (made["buyer_id"], made["payer_id"]) == (cast.alice.id, cast.alice.id)
    assert (made["total_amount"], made["tax_amount"], made["net_amount"]) == (69000, 0, 69000)
    assert made["object_name"] == f"{MECA}/{YEAR}/F-{YEAR}-00001.pdf"
    assert made["file_id"] is None


def test_the_next_order_has_the_next_number(db: Db, cast: Cast) -> None:
    found = [invoice(db, pay(db, person))["number"] for person in (cast.alice, cast.bob)]
    assert found == [f"F-{YEAR}-00001", f"F-{YEAR}-00002"]


def test_it_copies_seller_buyer_and_lines(db: Db, cast: Cast) -> None:
    db.execute(
        "update public.profile_details set address = '4 quai Perrache', city = 'Lyon',"
        " postal_code = '69002' where user_id = %s",
        [cast.alice.id],
    )
    settings(db, {"invoicing": SELLER})
    made = invoice(db, pay(db, cast.alice))
    assert made["seller"]["siret"] == SELLER["siret"]
    assert made["seller"]["trade_name"] == "MécaFormation"
    assert made["buyer"] == {
        "kind": "learner",
        "name": "Alice Martin",
        "address": "4 quai Perrache",
        "postal_code": "69002",
        "city": "Lyon",
    }
    [line] = made["lines"]
    assert (line["quantity"], line["unit_amount"], line["amount"]) == (1, 69000, 69000)
    assert line["title"] == value(
        db, "select title from public.offers where id = %s", shop.CAP_OFFER
    )
    assert made["payment"]["method"] == "card"


def test_a_garage_is_invoiced_as_the_company_it_is(db: Db, cast: Cast) -> None:
    db.execute(
        "insert into public.garage_profiles (academy_id, user_id, company_name, siret)"
        " values (%s, %s, 'Garage du Pont', '73282932000074')",
        [MECA, cast.garance.id],
    )
    made = invoice(db, pay(db, cast.garance, shop.COACHING_OFFER))
    assert made["buyer"]["name"] == "Garage du Pont"
    assert (made["buyer"]["contact"], made["buyer"]["siret"]) == (
        "Garance Martin",
        "73282932000074",
    )
    assert any("40 €" in sentence for sentence in made["mentions"])


def test_a_private_person_is_threatened_with_no_late_fee(db: Db, cast: Cast) -> None:
    made = invoice(db, pay(db, cast.alice))
    assert not any("40 €" in sentence for sentence in made["mentions"])


def test_training_free_of_tax_names_the_article(db: Db, cast: Cast) -> None:
    settings(db, {"invoicing": SELLER | {"training_exempt": True}})
    db.execute(
        "update public.offers set tax_note = null where id = %s",
        [shop.CAP_OFFER],
    )
    made = invoice(db, pay(db, cast.alice))
    assert "Exonération de TVA – article 261-4-4° a du CGI" in made["mentions"]
    assert made["taxes"] == [
        {
            "rate": 0,
            "note": "Exonération de TVA – article 261-4-4° a du CGI",
            "net_amount": 69000,
            "tax_amount": 0,
        }
    ]


def test_the_offers_own_note_comes_before_the_academys(db: Db, cast: Cast) -> None:
    settings(db, {"invoicing": SELLER | {"tax_note": "Note de la maison"}})
    db.execute(
        "update public.offers set tax_note = 'Note de l''offre' where id = %s", [shop.CAP_OFFER]
    )
    made = invoice(db, pay(db, cast.alice))
    assert made["mentions"][0] == "Note de l'offre"


def test_tax_is_told_by_rate(db: Db, cast: Cast) -> None:
    taxed = shop.make_offer(db, amount=12000, tax_rate=20, grants=["forum"])
    made = invoice(db, pay(db, cast.alice, taxed))
    assert (made["net_amount"], made["tax_amount"]) == (10000, 2000)
    assert made["taxes"] == [{"rate": 20.0, "note": None, "net_amount": 10000, "tax_amount": 2000}]
    assert made["lines"][0]["unit_net_amount"] == 10000


def test_each_payer_has_an_invoice_for_the_share(db: Db, cast: Cast) -> None:
    bought = shop.order(db, cast.alice)
    split(db, bought["id"], opco=50000)
    found = invoices(db, pay(db, cast.alice, order=bought))
    assert sorted(each["total_amount"] for each in found) == [19000, 50000]
    assert {each["buyer"]["name"] for each in found} == {"Alice Martin", "OPCO"}
    fund = next(each for each in found if each["payer_id"] is None)
    assert (fund["buyer_id"], fund["lines"][0]["amount"]) == (cast.alice.id, 50000)
    assert fund["buyer"]["beneficiary"] == "Alice Martin"


def test_whoever_pays_nothing_has_no_invoice(db: Db, cast: Cast) -> None:
    bought = shop.order(db, cast.alice)
    split(db, bought["id"], opco=69000)
    made = invoice(db, pay(db, cast.alice, order=bought))
    assert made["buyer"]["name"] == "OPCO"


def test_an_order_paid_again_is_invoiced_once(db: Db, cast: Cast) -> None:
    order = pay(db, cast.alice)
    for status in ("disputed", "paid"):
        db.execute("update public.orders set status = %s where id = %s", [status, order])
        db.execute("set constraints all immediate")
    assert len(invoices(db, order)) == 1


def test_what_is_not_paid_has_no_invoice(db: Db, cast: Cast) -> None:
    order = shop.order(db, cast.alice)["id"]
    for status in ("failed", "expired", "cancelled"):
        db.execute("update public.orders set status = %s where id = %s", [status, order])
    db.execute("set constraints all immediate")
    assert invoices(db, order) == []


def test_its_pdf_is_queued_with_it(db: Db, cast: Cast) -> None:
    made = invoice(db, pay(db, cast.alice))
    assert column(db, "select message from pgmq.q_invoices") == [{"invoice_id": str(made["id"])}]


@pytest.mark.parametrize(
    "tampering",
    [
        "update public.invoices set total_amount = 1, net_amount = 1",
        "update public.invoices set number = 'F-2026-99999'",
        "update public.invoices set buyer = '{}'",
        "update public.invoices set issued_on = issued_on + 1",
        "delete from public.invoices",
        "truncate public.invoices",
    ],
)
def test_an_invoice_never_changes(db: Db, cast: Cast, tampering: str) -> None:
    """Not even for its owner."""
    pay(db, cast.alice)
    with pytest.raises(psycopg.Error) as caught:
        db.execute(tampering.encode())
    assert caught.value.diag.message_detail == "invoice_is_sealed"


def test_a_later_title_name_or_address_rewrites_none(db: Db, cast: Cast) -> None:
    before = invoice(db, pay(db, cast.alice))
    settings(db, {"invoicing": SELLER})
    db.execute("update public.offers set title = 'Autre' where id = %s", [shop.CAP_OFFER])
    db.execute("update public.profiles set last_name = 'Dupont' where id = %s", [cast.alice.id])
    assert one(db, "select * from public.invoices") == before


def test_a_payment_does_not_fail_because_nobody_said_who_sells(db: Db, cast: Cast) -> None:
    unsold(db)
    order = pay(db, cast.alice)
    assert shop.status_of(db, order) == "paid"
    assert invoices(db, order) == []


def test_what_was_missing_is_issued_once_the_seller_is_known(db: Db, cast: Cast) -> None:
    unsold(db)
    orders = [pay(db, person) for person in (cast.alice, cast.bob)]
    assert issue_missing(db) == 0
    settings(db, {"invoicing": SELLER | {"since": "2026-01-01"}})
    assert issue_missing(db) == 2
    assert issue_missing(db) == 0
    assert [len(invoices(db, order)) for order in orders] == [1, 1]


def test_one_faulty_order_does_not_keep_the_others_from_their_invoices(db: Db, cast: Cast) -> None:
    unsold(db)
    faulty, *others = [pay(db, person) for person in (cast.alice, cast.bob, cast.garance)]
    earlier = "update public.orders set paid_at = paid_at - interval '1 minute' where id = %s"
    db.execute(earlier, [faulty])
    settings(db, {"invoicing": SELLER | {"since": "2026-01-01"}})
    fault = sql.SQL("alter table public.invoices add constraint fault check (order_id <> {})")
    db.execute(fault.format(faulty))
    assert issue_missing(db) == 2
    assert [len(invoices(db, order)) for order in (faulty, *others)] == [0, 1, 1]
    assert sequence(db) == [1, 2]
    assert len(column(db, "select message from pgmq.q_invoices")) == 2
    db.execute("alter table public.invoices drop constraint fault")
    assert issue_missing(db) == 1
    assert invoice(db, faulty)["sequence"] == 3


def test_one_academys_backlog_does_not_keep_anothers_order_waiting(db: Db, cast: Cast) -> None:
    """Were the oldest always first, faulty ones of one academy could use up every run."""
    for academy in (MECA, AURORA):
        unsold(db, academy)
    backlog = [pay(db, person) for person in (cast.alice, cast.bob, cast.garance)]
    theirs = pay(db, cast.dora, shop.ATELIER_OFFER, account="aurora50-stripe")
    earlier = "update public.orders set paid_at = paid_at - interval '1 minute' where id = any(%s)"
    db.execute(earlier, [backlog])
    for academy in (MECA, AURORA):
        settings(db, {"invoicing": SELLER | {"since": "2026-01-01"}}, academy)
    for _ in range(2):
        assert value(db, "select private.issue_missing_invoices()") == 1
    assert len(invoices(db, theirs)) == 1
    assert sequence(db) == [1]


def test_what_was_sold_before_is_not_invoiced_again(db: Db, cast: Cast) -> None:
    unsold(db)
    order = pay(db, cast.alice)
    db.execute("update public.orders set paid_at = '2025-12-31' where id = %s", [order])
    settings(db, {"invoicing": SELLER | {"since": "2026-01-01"}})
    assert issue_missing(db) == 0


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_date_is_that_of_the_academys_own_calendar(db: Db, cast: Cast, zone: str) -> None:
    """The two zones never have the same date."""
    db.execute("update public.academies set timezone = %s where id = %s", [zone, MECA])
    before = datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    made = invoice(db, pay(db, cast.alice))
    assert made["issued_on"] in (before, datetime.now(UTC).astimezone(ZoneInfo(zone)).date())


def test_an_academys_numbers_are_its_own(db: Db, cast: Cast) -> None:
    pay(db, cast.alice)
    order = pay(db, cast.dora, shop.ATELIER_OFFER, account="aurora50-stripe")
    assert invoice(db, order)["number"] == f"F-{YEAR}-00001"


def test_dinars_are_invoiced_in_millimes(db: Db, cast: Cast) -> None:
    order = pay(db, cast.nadia, shop.GRAND_ORAL_OFFER, account="nexus-reussite-stripe")
    made = invoice(db, order)
    price = value(db, "select amount from public.offers where id = %s", shop.GRAND_ORAL_OFFER)
    assert (made["currency"], made["total_amount"]) == ("TND", price)
    assert made["seller"]["tax_id"]
