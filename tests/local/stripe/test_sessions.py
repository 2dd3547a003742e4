"""Checkout Sessions through the API: what is kept, what is refused, how they end."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.local.stripe.conftest import CANCEL, Make, new_session
from tests.local.stripe.process import Process

MINUTE, HOUR = 60, 3600


def line(amount: int = 47000, currency: str = "eur", **more: Any) -> dict[str, Any]:
    product = {"name": "Formation"}
    data = {"currency": currency, "unit_amount": amount, "product_data": product}
    return {"price_data": data, "quantity": 1} | more


def test_a_session_keeps_what_the_seller_needs_to_recognise_it(session: Make) -> None:
    made = session(client_reference_id="order-1", metadata={"order": "1"}, locale="fr")
    assert (made.client_reference_id, made.locale, made.cancel_url) == ("order-1", "fr", CANCEL)
    assert made.metadata is not None
    assert made.metadata["order"] == "1"


def test_the_total_is_the_sum_of_the_lines(session: Make, client: stripe.StripeClient) -> None:
    price = client.v1.prices.create(
        {"product_data": {"name": "Module"}, "currency": "eur", "unit_amount": 2500}
    )
    made = session(line_items=[line(10000), {"price": price.id, "quantity": 3}])
    assert (made.amount_subtotal, made.amount_total, made.currency) == (17500, 17500, "eur")
    lines = client.v1.checkout.sessions.line_items.list(made.id).data
    assert [(i.description, i.quantity, i.amount_total) for i in lines] == [
        ("Formation", 1, 10000),
        ("Module", 3, 7500),
    ]


def test_line_items_come_with_the_session_only_when_asked(
    session: Make, client: stripe.StripeClient
) -> None:
    made = session()
    assert not hasattr(made, "line_items")
    expanded: Any = client.v1.checkout.sessions.retrieve(
        made.id, {"expand": ["line_items.data.price.product"]}
    )
    assert expanded.line_items.data[0].price.product.name == "Diagnostic électronique"


def test_line_items_are_paged(session: Make, client: stripe.StripeClient) -> None:
    made = session(line_items=[line(1000 + n) for n in range(5)])
    items = client.v1.checkout.sessions.line_items
    first = items.list(made.id, {"limit": 2})
    rest = items.list(made.id, {"limit": 10, "starting_after": first.data[-1].id})
    assert [i.amount_total for i in first.data] == [1000, 1001]
    assert (first.has_more, [i.amount_total for i in rest.data]) == (True, [1002, 1003, 1004])


def test_a_known_customers_email_is_on_the_session(
    session: Make, client: stripe.StripeClient
) -> None:
    customer = client.v1.customers.create({"email": "alice@example.fr"})
    made = session(customer=customer.id)
    assert made.customer_details is not None
    assert (made.customer, made.customer_details.email) == (customer.id, "alice@example.fr")
    assert made.customer_creation is None


def test_sessions_are_listed_by_customer_and_status(
    session: Make, client: stripe.StripeClient
) -> None:
    customer = client.v1.customers.create({"email": "liste@example.fr"})
    open_, over = session(customer=customer.id), session(customer=customer.id)
    client.v1.checkout.sessions.expire(over.id)
    found = client.v1.checkout.sessions.list({"customer": customer.id, "status": "open"}).data
    assert [s.id for s in found] == [open_.id]
    by_email = client.v1.checkout.sessions.list(
        {"customer_details": {"email": "liste@example.fr"}}
    ).data
    assert {s.id for s in by_email} == {open_.id, over.id}


REFUSED: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"mode": None}, "parameter_missing", "mode"),
    ({"mode": "subscription"}, "standin_unsupported", "mode"),
    ({"line_items": None}, "parameter_missing", "line_items"),
    ({"success_url": None}, "parameter_missing", "success_url"),
    ({"success_url": "merci"}, "url_invalid", "success_url"),
    ({"cancel_url": "javascript:alert(1)"}, "url_invalid", "cancel_url"),
    ({"customer": "cus_none"}, "resource_missing", "customer"),
    ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
    ({"payment_method_types": ["card"]}, "payment_method_types_no_longer_supported", None),
    ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
    ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price]"),
    (
        {"line_items": [{"price": "price_none", "quantity": 1}]},
        "resource_missing",
        "line_items[0][price]",
    ),
    ({"line_items": [line(quantity=None)]}, "parameter_missing", "line_items[0][quantity]"),
    ({"line_items": [line(quantity=0)]}, "parameter_invalid_integer", "line_items[0][quantity]"),
    ({"line_items": [line(colour="red")]}, "parameter_unknown", "line_items[0][colour]"),
    ({"line_items": [line(), line(currency="usd")]}, None, "line_items"),
    ({"line_items": [line(49)]}, "amount_too_small", "line_items"),
    ({"line_items": [line(10001, currency="tnd")]}, None, "line_items"),
    ({"excluded_payment_method_types": ["card", "sepa_debit"]}, None, None),
    ({"discounts": [{"coupon": "x"}]}, "standin_unsupported", "discounts"),
]


@pytest.mark.parametrize(("change", "code", "param"), REFUSED)
def test_a_session_stripe_would_not_make_is_refused(
    session: Make, change: dict[str, Any], code: str | None, param: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        session(**change)
    assert (refused.value.http_status, refused.value.code) == (400, code)
    assert param in (None, refused.value.param)


def test_an_inactive_price_is_not_sold(session: Make, client: stripe.StripeClient) -> None:
    price = client.v1.prices.create(
        {"product_data": {"name": "Fini"}, "currency": "eur", "unit_amount": 100, "active": False}
    )
    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        session(line_items=[{"price": price.id, "quantity": 1}])


def test_a_recurring_price_is_not_for_payment_mode(
    session: Make, client: stripe.StripeClient
) -> None:
    price = client.v1.prices.create(
        {
            "product_data": {"name": "Mois"},
            "currency": "eur",
            "unit_amount": 4700,
            "recurring": {"interval": "month"},
        }
    )
    assert price.type == "recurring"
    with pytest.raises(stripe.InvalidRequestError, match="recurring price"):
        session(line_items=[{"price": price.id, "quantity": 1}])


def test_a_refused_session_leaves_nothing_behind(
    session: Make, client: stripe.StripeClient
) -> None:
    before = len(client.v1.products.list({"limit": 100, "active": False}).data)
    with pytest.raises(stripe.InvalidRequestError):
        session(line_items=[line(49)])
    assert len(client.v1.products.list({"limit": 100, "active": False}).data) == before


def test_a_session_lives_for_a_day_unless_told_otherwise(session: Make) -> None:
    made = session()
    assert made.expires_at == made.created + 24 * HOUR


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [(29 * MINUTE, "at least 30 minutes"), (24 * HOUR + MINUTE, "less than 24 hours")],
)
def test_a_session_lives_half_an_hour_to_a_day(session: Make, seconds: int, sentence: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=sentence) as refused:
        session(expires_at=int(time.time()) + seconds)
    assert refused.value.param == "expires_at"


@pytest.mark.parametrize("seconds", [30 * MINUTE, 24 * HOUR])
def test_the_bounds_themselves_are_allowed(session: Make, seconds: int) -> None:
    wanted = int(time.time()) + seconds
    assert session(expires_at=wanted).expires_at == wanted


def test_an_open_session_can_be_expired_once(session: Make, client: stripe.StripeClient) -> None:
    made = session()
    expired = client.v1.checkout.sessions.expire(made.id)
    assert (expired.status, expired.url, expired.payment_status) == ("expired", None, "unpaid")
    with pytest.raises(stripe.InvalidRequestError, match="has a status of `expired`"):
        client.v1.checkout.sessions.expire(made.id)


def test_a_session_expires_by_the_clock(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    short = new_session(client, expires_at=int(time.time()) + 31 * MINUTE)
    long = new_session(client)
    fresh_standin.control("POST", "clock", advance=32 * MINUTE)
    assert client.v1.checkout.sessions.retrieve(short.id).status == "expired"
    assert client.v1.checkout.sessions.retrieve(long.id).status == "open"
    fresh_standin.receiver.wait(short.id, "checkout.session.expired")
