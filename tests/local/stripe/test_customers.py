"""Customers."""

from __future__ import annotations

import pytest
import stripe


def test_customers_are_found_by_email_case_sensitively(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"email": "Bob@example.fr", "name": "Bob"})
    found = client.v1.customers.list({"email": "Bob@example.fr"}).data
    assert [customer.id for customer in found] == [made.id]
    assert client.v1.customers.list({"email": "bob@example.fr"}).data == []


def test_a_customer_is_updated_and_told(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"email": "eve@example.fr", "phone": "+33600000000"})
    changed = client.v1.customers.update(made.id, {"name": "Ève", "address": {"city": "Lyon"}})
    assert changed.address is not None
    assert (changed.name, changed.address.city, changed.address.line1) == ("Ève", "Lyon", None)
    (event,) = (
        e
        for e in client.v1.events.list({"type": "customer.updated", "limit": 100}).data
        if e.data.object["id"] == made.id
    )
    assert event.data.object["name"] == "Ève"


def test_an_address_without_a_domain_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.create({"email": "nobody"})
    assert (refused.value.code, refused.value.param) == ("email_invalid", "email")


async def test_the_async_client_does_the_same(
    client: stripe.StripeClient, standin_url: str
) -> None:
    asynchronous = stripe.StripeClient(
        "sk_test_standin_mecaformation",
        base_addresses={"api": standin_url},
        http_client=stripe.HTTPXClient(timeout=10),
    )
    made = await asynchronous.v1.customers.create_async({"email": "async@example.fr"})
    again = await asynchronous.v1.customers.retrieve_async(made.id)
    assert again.email == client.v1.customers.retrieve(made.id).email == "async@example.fr"
