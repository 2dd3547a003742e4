"""Every object holds what the pinned library's class for it declares."""

from __future__ import annotations

import typing
from typing import Any

import pytest
import stripe

from tests.local.stripe.browser import pay
from tests.local.stripe.conftest import Make, new_session
from tests.local.stripe.process import Process

# Fields the class has and Stripe leaves out of these objects: those of deleted objects, of
# other payment methods, and those that only `expand[]` brings.
LEFT_OUT = {
    "product": {"deleted", "tax_details"},
    "price": {"currency_options", "deleted", "tiers"},
    "customer": {
        *("cash_balance", "deleted", "invoice_credit_balance", "sources", "subscriptions"),
        *("tax", "tax_ids"),
    },
    "event": {"account", "context"},
    "charge": {
        *("authorization_code", "level3", "presentment_details", "refunds", "transfer"),
    },
    "payment_intent": {
        *("hooks", "managed_payments", "payment_details", "payment_record"),
        "presentment_details",
    },
    "checkout.session": {
        *("allowed_payment_method_types", "excluded_payment_method_types", "line_items"),
        *("name_collection", "optional_items", "presentment_details", "redirect_on_completion"),
        *("return_url", "tax_id_collection"),
    },
    "item": {"discounts", "taxes"},
    "refund": {
        *("description", "failure_balance_transaction", "failure_reason", "instructions_email"),
        *("next_action", "pending_reason", "presentment_details"),
    },
    "balance": {"connect_reserved", "instant_available", "issuing"},
    "dispute": {"network_reason_code"},
    "webhook_endpoint": {"deleted", "secret"},
}


@pytest.fixture(scope="module")
def everything(standin: Process) -> dict[str, Any]:
    client: stripe.StripeClient = standin.client()
    product = client.v1.products.create({"name": "Forfait"})
    price = client.v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": 100})
    customer = client.v1.customers.create({"email": "alice@example.fr"})
    session = new_session(
        client, customer=customer.id, line_items=[{"price": price.id, "quantity": 1}]
    )
    assert session.url
    pay(session.url)
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge", "payment_intent.payment_method"]}
    )
    intent: Any = paid.payment_intent
    refund: Any = client.v1.refunds.create(
        {"payment_intent": intent.id, "expand": ["balance_transaction"]}
    )
    other: Any = client.v1.payment_intents.create(
        {
            "amount": 4700,
            "currency": "eur",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "return_url": "http://localhost:3000/merci",
        }
    )
    dispute = standin.control("POST", f"charges/{other.latest_charge}/dispute", reason="duplicate")
    return {
        "balance": client.v1.balance.retrieve(),
        "dispute": client.v1.disputes.retrieve(dispute["id"]),
        "refund": refund,
        "balance_transaction": refund.balance_transaction,
        "product": product,
        "price": price,
        "customer": customer,
        "checkout.session": paid,
        "payment_intent": intent,
        "charge": intent.latest_charge,
        "payment_method": intent.payment_method,
        "item": client.v1.checkout.sessions.line_items.list(session.id).data[0],
        "event": client.v1.events.list().data[0],
        "webhook_endpoint": client.v1.webhook_endpoints.list().data[0],
    }


CLASSES: dict[str, type[stripe.StripeObject]] = {
    "product": stripe.Product,
    "price": stripe.Price,
    "customer": stripe.Customer,
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "balance": stripe.Balance,
    "dispute": stripe.Dispute,
    "refund": stripe.Refund,
    "balance_transaction": stripe.BalanceTransaction,
    "payment_method": stripe.PaymentMethod,
    "item": stripe.LineItem,
    "event": stripe.Event,
    "webhook_endpoint": stripe.WebhookEndpoint,
}


def declared(cls: type) -> dict[str, bool]:
    """Return the class's fields, and whether each may be null."""
    return {
        name: type(None) in typing.get_args(annotation)
        for name, annotation in cls.__annotations__.items()
        if name != "OBJECT_NAME"
    }


def of_a_card(kind: str, fields: set[str]) -> set[str]:
    """Leave out what belongs to the sixty payment methods that are not a card."""
    if kind != "payment_method":
        return fields
    kept = {"card", "allow_redisplay", "customer", "customer_account", "metadata"}
    return {name for name in fields if name in kept or not declared(CLASSES[kind])[name]}


@pytest.mark.parametrize("kind", CLASSES)
def test_the_library_reads_the_object_as_its_class(everything: dict[str, Any], kind: str) -> None:
    assert type(everything[kind]) is CLASSES[kind]


@pytest.mark.parametrize("kind", CLASSES)
def test_no_declared_field_is_missing(everything: dict[str, Any], kind: str) -> None:
    held = set(everything[kind].to_dict())
    assert of_a_card(kind, set(declared(CLASSES[kind]))) - held == LEFT_OUT.get(kind, set())


@pytest.mark.parametrize("kind", CLASSES)
def test_no_field_is_made_up(everything: dict[str, Any], kind: str) -> None:
    assert set(everything[kind].to_dict()) <= set(CLASSES[kind].__annotations__)


@pytest.mark.parametrize("kind", CLASSES)
def test_no_required_field_is_null(everything: dict[str, Any], kind: str) -> None:
    required = {name for name, nullable in declared(CLASSES[kind]).items() if not nullable}
    values = everything[kind].to_dict()
    assert {name for name in required if values.get(name) is None} == set()


def test_decimals_come_as_decimals(everything: dict[str, Any]) -> None:
    assert str(everything["price"].unit_amount_decimal) == "100"


def test_nested_objects_hold_every_required_field(everything: dict[str, Any]) -> None:
    missing = []
    for kind, body in everything.items():
        missing += [f"{kind}.{name}" for name in _holes(body, CLASSES[kind])]
    assert missing == []


def _holes(body: Any, cls: type) -> list[str]:
    """Name the required fields of nested objects that are not there."""
    found = []
    for name, nested in getattr(cls, "_inner_class_types", {}).items():
        value = getattr(body, name, None)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, nested):
                held = part.to_dict()
                required = [field for field, nullable in declared(nested).items() if not nullable]
                found += [f"{name}.{field}" for field in required if field not in held]
                found += [f"{name}.{deeper}" for deeper in _holes(part, nested)]
    return found


def test_an_open_session_has_no_payment_intent_yet(session: Make) -> None:
    made = session()
    assert (made.payment_intent, made.status, made.payment_status) == (None, "open", "unpaid")


def test_a_webhook_secret_is_not_shown_again(everything: dict[str, Any]) -> None:
    assert not hasattr(everything["webhook_endpoint"], "secret")
