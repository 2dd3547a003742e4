"""Forms of the academy's own, as functions and workers see them; the payment is only a dict."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests.support.database import Db, acting_as, value
from tests.support.people import SERVICE, Person
from tests.support.shop import ACCOUNT, Page, Row


@dataclass(frozen=True)
class Form:
    """A payment form that is open."""

    attempt: Row
    intent_id: str = field(default_factory=lambda: f"pi_{uuid4().hex}")

    def intent(self, **changes: object) -> Row:
        """The succeeded PaymentIntent as a worker has re-fetched it; `changes` make it another."""
        return payment(self.attempt, self.intent_id) | changes

    def declined(self, code: str = "insufficient_funds") -> Row:
        """The payment after a card was declined."""
        return self.unpaid(error_code=code, error_message="Your card was declined.")

    def unpaid(self, status: str = "requires_payment_method", **changes: object) -> Row:
        """The payment before any money."""
        return self.intent(status=status, amount_received=0, **changes)

    def processing(self) -> Row:
        """The payment while a bank takes its days."""
        return self.unpaid("processing", method="sepa_debit")

    def bounced(self) -> Row:
        """The payment after the bank said no, days later."""
        return self.unpaid(method="sepa_debit", error_code="payment_intent_payment_attempt_failed")


def payment(attempt: Row, intent_id: str) -> Row:
    """The succeeded payment of an attempt: a form's, or the one behind a page."""
    return {
        "id": intent_id,
        "status": "succeeded",
        "amount": attempt["amount"],
        "amount_received": attempt["amount"],
        "currency": attempt["currency"].lower(),
        "customer": attempt["customer_id"],
        "metadata": {name: attempt[name] for name in ("order_id", "academy_id", "attempt_id")},
        "method": "card",
        "error_code": None,
        "error_message": None,
    }


def behind(page: Page, **changes: object) -> Row:
    """The succeeded payment behind a Checkout page."""
    return payment(page.attempt, page.intent) | changes


def ask(db: Db, order_id: UUID, buyer: Person) -> Row:
    """Ask for the attempt to make a payment with, as create-payment-intent does."""
    with acting_as(db, SERVICE):
        made: Row = value(db, "select worker.intent_attempt(%s, %s)", order_id, buyer.id)
    return made


def open_form(db: Db, order_id: UUID, buyer: Person) -> Form:
    """Open a form: attempt, customer and payment are all recorded."""
    made = ask(db, order_id, buyer)
    account, customer = made["account"]["id"], f"cus_{buyer.id.hex}"
    form = Form(made | {"customer_id": customer})
    with acting_as(db, SERVICE):
        value(db, "select worker.record_customer(%s, %s, %s)", account, buyer.id, customer)
        value(db, "select worker.record_intent(%s, %s)", made["attempt_id"], form.intent_id)
    return form


def report(db: Db, intent: Row, account: str = ACCOUNT) -> Row:
    """An event about a payment arrives and is settled; returns {outcome, order_id, reason}."""
    with acting_as(db, SERVICE):
        kept: Row = value(
            db,
            "select worker.receive_webhook(%s, %s, 'payment_intent.succeeded', %s)",
            account,
            f"evt_{uuid4().hex}",
            f'{{"data": {{"object": {{"id": "{intent["id"]}"}}}}}}',
        )
        settled: Row = value(
            db, "select worker.settle_intent(%s, %s)", kept["webhook_event_id"], Jsonb(intent)
        )
    return settled
