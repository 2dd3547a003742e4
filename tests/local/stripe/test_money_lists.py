"""What a nightly reconciliation reads: events, charges, refunds, movements, the balance."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.local.stripe.process import Process

DAY = 24 * 3600


def pay(standin: Process, **more: Any) -> str:
    params: Any = {
        "amount": 10000,
        "currency": "eur",
        "confirm": True,
        "payment_method": "pm_card_fr",
        "return_url": "http://localhost:3000/merci",
    }
    return standin.client().v1.payment_intents.create(params | more).id


def test_every_movement_is_listed_with_its_fee_and_its_source(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    pay(fresh_standin)
    refund = client.v1.refunds.create({"payment_intent": pay(fresh_standin), "amount": 4000})
    found: Any = client.v1.balance_transactions.list({"expand": ["data.source"]}).data
    assert [(m.type, m.amount, m.fee, m.net) for m in found] == [
        ("refund", -4000, 0, -4000),
        ("charge", 10000, 175, 9825),
        ("charge", 10000, 175, 9825),
    ]
    assert [m.source.object for m in found] == ["refund", "charge", "charge"]
    (one,) = client.v1.balance_transactions.list({"source": refund.id}).data
    assert one.id == refund.balance_transaction
    assert len(client.v1.balance_transactions.list({"type": "charge"}).data) == 2
    assert client.v1.balance_transactions.retrieve(one.id).source == refund.id


def test_the_balance_is_the_sum_of_the_movements(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    pay(fresh_standin)
    before = client.v1.balance.retrieve()
    assert [(b.amount, b.currency) for b in before.pending] == [(9825, "eur")]
    assert before.available[0].amount == 0
    fresh_standin.control("POST", "clock", advance=2 * DAY)
    after = client.v1.balance.retrieve()
    assert (after.available[0].amount, after.pending[0].amount) == (9825, 0)
    (movement,) = client.v1.balance_transactions.list().data
    assert movement.status == "available"


def test_an_empty_balance_is_nothing_in_euros(fresh_standin: Process) -> None:
    balance = fresh_standin.client("aurora50").v1.balance.retrieve()
    assert [(b.amount, b.currency) for b in balance.available] == [(0, "eur")]


def test_a_span_of_time_is_walked_through_page_by_page(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    pay(fresh_standin)
    fresh_standin.control("POST", "clock", advance=DAY)
    start = fresh_standin.control("GET", "clock")["now"]
    wanted = [pay(fresh_standin) for _ in range(5)]
    fresh_standin.control("POST", "clock", advance=DAY)
    pay(fresh_standin)
    span: Any = {"created": {"gte": start, "lt": start + DAY - 60}, "limit": 2}
    walks: dict[str, Any] = {
        "charges": client.v1.charges.list(span),
        "events": client.v1.events.list(span | {"types": ["charge.succeeded"]}),
        "movements": client.v1.balance_transactions.list(span),
        "intents": client.v1.payment_intents.list(span),
    }
    for name, first in walks.items():
        assert len(list(first.auto_paging_iter())) == 5, name
    found = [charge.payment_intent for charge in walks["charges"].auto_paging_iter()]
    assert found == wanted[::-1]


def test_a_customers_payments_are_listed(standin: Process) -> None:
    client = standin.client()
    customer = client.v1.customers.create({"email": "zoe@example.fr"}).id
    mine = pay(standin, customer=customer)
    pay(standin)
    (intent,) = client.v1.payment_intents.list({"customer": customer}).data
    (charge,) = client.v1.charges.list({"customer": customer}).data
    assert (intent.id, charge.payment_intent) == (mine, mine)


def test_refunds_are_listed_with_their_charges(standin: Process) -> None:
    client = standin.client()
    intent = pay(standin)
    client.v1.refunds.create({"payment_intent": intent, "amount": 100})
    page: Any = client.v1.refunds.list(
        {"payment_intent": intent, "expand": ["data.charge.balance_transaction"]}
    )
    assert page.data[0].charge.balance_transaction.net == 9825


def test_events_are_forgotten_after_thirty_days(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    pay(fresh_standin)
    event = client.v1.events.list().data[0].id
    fresh_standin.control("POST", "clock", advance=29 * DAY)
    assert client.v1.events.retrieve(event).id == event
    fresh_standin.control("POST", "clock", advance=2 * DAY)
    assert client.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        client.v1.events.retrieve(event)


def test_movements_of_another_account_are_not_listed(standin: Process) -> None:
    pay(standin)
    mine = {m.id for m in standin.client().v1.balance_transactions.list().data}
    theirs = {m.id for m in standin.client("aurora50").v1.balance_transactions.list().data}
    assert mine
    assert not mine & theirs
