"""Money that goes back, as the provider's objects say it and as an admin asks for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests.support import shop
from tests.support.database import Actor, Db, acting_as, column, one, rows, value
from tests.support.people import SERVICE, Cast, Person
from tests.support.shop import Page, Row


def buy(db: Db, buyer: Person, offer: UUID = shop.CAP_OFFER, cohort: UUID | None = None) -> Page:
    """Order and pay; returns the page that was paid."""
    made = shop.order(db, buyer, offer, cohort)
    page = shop.open_page(db, made["id"], buyer)
    assert shop.report(db, page.session())["outcome"] == "fulfilled"
    return page


def order_of(page: Page) -> UUID:
    """The order a page is for."""
    return UUID(page.attempt["order_id"])


def ask(db: Db, actor: Actor, page: Page, amount: int | None = None, **given: object) -> list[Row]:
    """Call refund_order, each time with a key of its own unless one is given."""
    asked: dict[str, Any] = {"key": f"key-{uuid4()}", "reason": "requested_by_customer"} | given
    with acting_as(db, actor):
        return rows(
            db,
            "select * from public.refund_order(%s, %s, %s, %s, %s, %s, %s)",
            *(asked.get("order", order_of(page)), asked["key"], amount, asked["reason"]),
            *(asked.get("note"), asked.get("revoke_access", False), asked.get("line")),
        )


def at_provider(
    page: Page, amount: int | None = None, status: str = "succeeded", **given: object
) -> Row:
    """A refund as a worker has re-fetched it; `ours` is the id of the row that asked for it."""
    ours = given.pop("ours", None)
    return {
        "id": f"re_{uuid4().hex}",
        "status": status,
        "amount": page.attempt["amount"] if amount is None else amount,
        "currency": page.attempt["currency"].lower(),
        "payment_intent": page.intent,
        "attempt_id": page.attempt["attempt_id"],
        "metadata": {} if ours is None else {"refund_id": str(ours)},
        "failure_reason": None,
    } | given


def dispute_at_provider(page: Page, status: str = "needs_response", **given: object) -> Row:
    """A dispute as a worker has re-fetched it."""
    return {
        "id": f"du_{uuid4().hex}",
        "status": status,
        "amount": page.attempt["amount"],
        "currency": page.attempt["currency"].lower(),
        "payment_intent": page.intent,
        "attempt_id": page.attempt["attempt_id"],
        "reason": "fraudulent",
        "evidence_due_by": 1_800_000_000,
    } | given


def receive(db: Db, kind: str, identifier: str, account: str = shop.ACCOUNT) -> UUID:
    """Keep a verified webhook."""
    with acting_as(db, SERVICE):
        kept: Row = value(
            db,
            "select worker.receive_webhook(%s, %s, %s, %s)",
            account,
            f"evt_{uuid4().hex}",
            kind,
            f'{{"data": {{"object": {{"id": "{identifier}"}}}}}}',
        )
    return UUID(kept["webhook_event_id"])


def tell(db: Db, *refunds: Row, account: str = shop.ACCOUNT) -> Row:
    """An event about refunds arrives and is settled."""
    return settle(db, receive(db, "refund.updated", refunds[0]["id"], account), *refunds)


def settle(db: Db, event: UUID, *refunds: Row) -> Row:
    """Settle an event with the refunds as re-fetched."""
    with acting_as(db, SERVICE):
        result: Row = value(db, "select worker.settle_refunds(%s, %s)", event, Jsonb(refunds))
    return result


def tell_dispute(db: Db, dispute: Row, account: str = shop.ACCOUNT) -> Row:
    """An event about a dispute arrives and is settled."""
    event = receive(db, "charge.dispute.updated", dispute["id"], account)
    with acting_as(db, SERVICE):
        result: Row = value(db, "select worker.settle_dispute(%s, %s)", event, Jsonb(dispute))
    return result


def state(db: Db, page: Page) -> tuple[str, str, int]:
    """An order's status, its enrolment's, and how many entitlements it gives now."""
    order = order_of(page)
    return (
        shop.status_of(db, order),
        value(db, "select status from public.enrollments where order_id = %s", order),
        value(
            db,
            "select count(*) from public.entitlements as t join public.order_lines as l"
            " on l.id = t.source_id where l.order_id = %s and t.revoked_at is null",
            order,
        ),
    )


def mails(db: Db, template: str | None = None) -> list[str]:
    """Whom the mails about money going back are for, or those of one template."""
    about = [
        *("refund_confirmed", "refund_failed", "place_lost_refunded"),
        *("paid_twice_refunded", "dispute_opened"),
    ]
    wanted = [template] if template else about
    return column(
        db,
        "select e.template || ' ' || p.first_name from public.email_messages as e"
        " join public.profiles as p on p.id = e.user_id where e.template = any(%s) order by 1",
        wanted,
    )


def refund(db: Db) -> Row:
    """The one refund there is."""
    return one(db, "select * from public.refunds")


def one_mail_of_each(db: Db, cast: Cast) -> None:
    """A refund that arrived, one that failed, a dispute, money too late and money twice."""
    done = buy(db, cast.alice)
    (asked,) = ask(db, cast.adele, done, 1000, note="La session a changé de date.")
    tell(db, at_provider(done, 1000, ours=asked["id"]))
    tell(db, at_provider(done, 500, status="failed", failure_reason="lost_or_stolen_card"))
    tell_dispute(db, dispute_at_provider(done))
    for reason, intent in (("no_seat", None), ("paid_twice", "pi_second")):
        value(
            db,
            "select private.request_refund(p.id, null, %s, %s)"
            " from public.payments as p where p.order_id = %s",
            *(reason, intent, order_of(buy(db, cast.bob) if intent is None else done)),
        )
