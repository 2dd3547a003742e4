"""Orders that somebody pays, and the invoices they leave."""

from __future__ import annotations

from typing import Any, LiteralString
from uuid import UUID

from tests.support import shop
from tests.support.database import Db, one, rows, value
from tests.support.people import MECA, Person

Row = dict[str, Any]
OF_ORDER: LiteralString = "select * from public.invoices where order_id = %s order by sequence"
SELLER: Row = {
    "legal_name": "Garage École SAS",
    "address": "3 rue du Pont",
    "postal_code": "69003",
    "city": "Lyon",
    "country": "FR",
    "siret": "73282932000074",
}


def pay(
    db: Db,
    buyer: Person,
    offer: UUID = shop.CAP_OFFER,
    order: Row | None = None,
    account: str = shop.ACCOUNT,
) -> UUID:
    """Order an offer (or take the order given), pay it and let it commit; returns its id."""
    bought = order or shop.order(db, buyer, offer)
    page = open_page(db, bought["id"], buyer)
    assert shop.report(db, page.session(), account)["outcome"] == "fulfilled"
    made: UUID = bought["id"]
    return made


def open_page(db: Db, order: UUID, buyer: Person) -> shop.Page:
    """An open payment page of any seeded academy: all of them let localhost be returned to."""
    return shop.open_page(
        db, order, buyer, success_url="http://localhost:3000/", cancel_url="http://localhost:3000/"
    )


def invoices(db: Db, order: UUID) -> list[Row]:
    """An order's invoices and credit notes."""
    return rows(db, OF_ORDER, order)


def invoice(db: Db, order: UUID) -> Row:
    """The one invoice of an order."""
    return one(db, OF_ORDER, order)


def split(db: Db, order: UUID, **shares: int) -> None:
    """Let others pay shares of an order, by the kind of payer; its own payer pays what is left."""
    db.execute(
        "update public.order_payers set share_amount = share_amount - %s where order_id = %s",
        [sum(shares.values()), order],
    )
    for kind, amount in shares.items():
        db.execute(
            "insert into public.order_payers (academy_id, order_id, kind, label, share_amount)"
            " select academy_id, id, %s, %s, %s from public.orders where id = %s",
            [kind, kind.upper(), amount, order],
        )


def unsold(db: Db, academy: UUID = MECA) -> None:
    """Let an academy not have said who sells."""
    db.execute(
        "update public.academies set settings = settings - 'invoicing' where id = %s", [academy]
    )


def sequence(db: Db, kind: str = "invoice", academy: UUID = MECA) -> list[int]:
    """The numbers of a series, in the order they were issued."""
    found: list[int] = value(
        db,
        "select coalesce(array_agg(sequence order by sequence), '{}') from public.invoices"
        " where academy_id = %s and kind = %s",
        academy,
        kind,
    )
    return found
