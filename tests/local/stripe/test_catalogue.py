"""Products and prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import stripe


def test_a_product_can_be_made_with_its_first_price(client: stripe.StripeClient) -> None:
    product = client.v1.products.create(
        {"name": "Diagnostic", "default_price_data": {"currency": "EUR", "unit_amount": 47000}}
    )
    price = client.v1.prices.retrieve(str(product.default_price))
    assert (price.product, price.unit_amount, price.currency) == (product.id, 47000, "eur")


def test_updating_a_product_merges_its_metadata(client: stripe.StripeClient) -> None:
    made = client.v1.products.create({"name": "A", "metadata": {"kept": "1", "gone": "2"}})
    changed = client.v1.products.update(
        made.id, {"name": "B", "description": "", "metadata": {"gone": "", "new": "3"}}
    )
    assert changed.name == "B"
    assert changed.metadata.to_dict() == {"kept": "1", "new": "3"}


def test_an_update_tells_what_was_there_before(client: stripe.StripeClient) -> None:
    made = client.v1.products.create({"name": "Avant", "metadata": {"k": "old"}})
    client.v1.products.update(made.id, {"name": "Après", "metadata": {"k": "new"}})
    events = client.v1.events.list({"type": "product.updated", "limit": 100}).data
    (event,) = (e for e in events if e.data.object["id"] == made.id)
    before = event.data.previous_attributes
    assert before is not None
    assert (before["name"], before["metadata"]["k"]) == ("Avant", "old")


def test_an_update_that_changes_nothing_makes_no_event(client: stripe.StripeClient) -> None:
    made = client.v1.products.create({"name": "Pareil"})
    client.v1.products.update(made.id, {"name": "Pareil"})
    events = client.v1.events.list({"type": "product.updated", "limit": 100}).data
    assert [e for e in events if e.data.object["id"] == made.id] == []


def test_a_product_may_choose_its_id_once(client: stripe.StripeClient) -> None:
    client.v1.products.create({"id": "formation-1", "name": "A"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.products.create({"id": "formation-1", "name": "B"})
    assert refused.value.code == "resource_already_exists"


def test_prices_are_listed_by_product_and_activity(client: stripe.StripeClient) -> None:
    product = client.v1.products.create({"name": "Deux prix"})
    old, new = (
        client.v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": amount})
        for amount in (100, 200)
    )
    client.v1.prices.update(old.id, {"active": False})
    active = client.v1.prices.list({"product": product.id, "active": True}).data
    assert [price.id for price in active] == [new.id]


def test_a_price_keeps_fractions_of_a_cent(client: stripe.StripeClient) -> None:
    price = client.v1.prices.create(
        {
            "product_data": {"name": "Jeton"},
            "currency": "eur",
            "unit_amount_decimal": Decimal("0.05"),
        }
    )
    assert (price.unit_amount, str(price.unit_amount_decimal)) == (None, "0.05")


def test_a_lookup_key_moves_only_when_asked(client: stripe.StripeClient) -> None:
    first = client.v1.prices.create(
        {"product_data": {"name": "A"}, "currency": "eur", "unit_amount": 1, "lookup_key": "mois"}
    )
    again: Any = {
        "product_data": {"name": "B"},
        "currency": "eur",
        "unit_amount": 2,
        "lookup_key": "mois",
    }
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        client.v1.prices.create(again)
    second = client.v1.prices.create(again | {"transfer_lookup_key": True})
    found = client.v1.prices.list({"lookup_keys": ["mois"]}).data
    assert [price.id for price in found] == [second.id]
    assert client.v1.prices.retrieve(first.id).lookup_key is None


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"currency": "eur", "unit_amount": 1}, "parameter_missing", "product"),
        ({"product": "prod_none", "currency": "eur"}, "resource_missing", "product"),
        ({"product_data": {"name": "x"}, "unit_amount": 1}, "parameter_missing", "currency"),
        (
            {"product_data": {"name": "x"}, "currency": "eur"},
            "parameter_missing",
            "unit_amount",
        ),
        (
            {"product_data": {"name": "x"}, "currency": "eur", "unit_amount": -1},
            "parameter_invalid_integer",
            "unit_amount",
        ),
        (
            {"product_data": {"unit_label": "x"}, "currency": "eur", "unit_amount": 1},
            "parameter_missing",
            "product_data[name]",
        ),
    ],
)
def test_a_price_that_makes_no_sense_is_refused(
    loose: Any, params: dict[str, Any], code: str, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        loose.v1.prices.create(params)
    assert (refused.value.code, refused.value.param) == (code, param)
