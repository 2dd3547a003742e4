"""Orders that somebody pays, and the invoices they leave."""

from __future__ import annotations

from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from tests.support import shop
from tests.support.database import Db, acting_as, one, rows, value
from tests.support.people import MECA, SERVICE, Person

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


def issue_missing(db: Db) -> int:
    """Let the clock issue the invoices of one order after the other; returns of how many."""
    issued = 0
    while value(db, "select private.issue_missing_invoices()"):
        issued += 1
    return issued


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


def give_back(
    db: Db, order: UUID, amount: int, line: UUID | None = None, status: str = "succeeded"
) -> UUID:
    """Record that the provider gave back part of an order's money, and let it commit."""
    made: UUID = value(
        db,
        "insert into public.refunds (academy_id, payment_id, provider_account_id,"
        " payment_intent_id, amount, currency, reason, status, settled_at, order_line_id)"
        " select academy_id, id, provider_account_id, stripe_payment_intent_id, %s, currency,"
        " 'staff', %s, case when %s <> 'pending' then now() end, %s"
        " from public.payments where order_id = %s returning id",
        amount,
        status,
        status,
        line,
        order,
    )
    commit(db)
    return made


def commit(db: Db) -> None:
    """Let happen what waits for the commit, in a transaction that has none."""
    db.execute("set constraints all immediate")
    db.execute("set constraints all deferred")


def credit_notes(db: Db, order: UUID) -> list[Row]:
    """An order's credit notes, in their order."""
    return [each for each in invoices(db, order) if each["kind"] == "credit_note"]


def rewrite(db: Db, order: UUID, lines: list[tuple[int, int]], shares: list[int]) -> None:
    """Give an unpaid order other lines, (price, tax rate in hundredths of a per cent), and payers.

    The shares are parts of the total; its own payer pays what is left. All in one transaction, so
    that what a commit checks of orders holds.
    """
    taxed = [(price, round(price * rate / (10000 + rate)), rate) for price, rate in lines]
    total, tax = sum(price for price, _ in lines), sum(part for _, part, _ in taxed)
    for price, part, rate in taxed:
        db.execute(
            "insert into public.order_lines (academy_id, order_id, offer_id, title, unit_amount,"
            " tax_rate, tax_amount) select academy_id, order_id, offer_id,"
            " 'Ligne de ' || %s, %s, %s / 100.0, %s from public.order_lines"
            " where order_id = %s and title not like 'Ligne de %%' limit 1",
            [price, price, rate, part, order],
        )
    for change in (
        "delete from public.order_lines where order_id = %s and title not like 'Ligne de %%'",
        "update public.orders set total_amount = {total}, tax_amount = {tax} where id = %s",
        "update public.payments set amount = {total} where order_id = %s",
        "update public.order_payers set share_amount = {total} where order_id = %s",
    ):
        db.execute(sql.SQL(change).format(total=total, tax=tax), [order])
    split(db, order, **dict(zip(("opco", "parent", "cpf"), shares, strict=False)))


def one_mail_of_each(db: Db) -> None:
    """The PDFs of what was issued so far are there, so that its mails are queued."""
    commit(db)
    with acting_as(db, SERVICE):
        for made in rows(db, "select id from public.invoices"):
            value(db, "select worker.invoice_made(%s, 1000, %s)", made["id"], "ab" * 32)
