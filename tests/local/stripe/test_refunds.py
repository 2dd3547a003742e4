"""Refunds, as the library asks for them: whole, partial, pending, failed, refused."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.local.stripe.browser import DECLINED, GOOD, pay
from tests.local.stripe.conftest import Make, new_session
from tests.local.stripe.process import Process
from tests.local.stripe.receiver import Receiver

PENDING, FAILING = "4000 0000 0000 7726", "4000 0000 0000 5126"


def paid(client: stripe.StripeClient, number: str = GOOD) -> str:
    """Buy something of 470 € and return its payment intent's id."""
    made = new_session(client)
    pay(str(made.url), number)
    return str(client.v1.checkout.sessions.retrieve(made.id).payment_intent)


def charge_of(client: stripe.StripeClient, intent: str) -> stripe.Charge:
    return client.v1.charges.list({"payment_intent": intent}).data[0]


def refused(client: stripe.StripeClient, **params: Any) -> stripe.InvalidRequestError:
    wanted: Any = params
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.refunds.create(wanted)
    return error.value


def test_a_whole_refund_gives_back_all_that_was_paid(client: stripe.StripeClient) -> None:
    intent = paid(client)
    refund = client.v1.refunds.create(
        {
            "payment_intent": intent,
            "reason": "requested_by_customer",
            "metadata": {"order": "7"},
            "expand": ["charge", "balance_transaction"],
        }
    )
    charge: Any = refund.charge
    movement: Any = refund.balance_transaction
    assert (refund.amount, refund.status, refund.reason) == (
        47000,
        "succeeded",
        "requested_by_customer",
    )
    assert (charge.amount_refunded, charge.refunded) == (47000, True)
    assert (movement.type, movement.amount, movement.source) == ("refund", -47000, refund.id)
    assert client.v1.payment_intents.retrieve(intent).status == "succeeded"


def test_parts_add_up_to_a_whole_refund(client: stripe.StripeClient) -> None:
    charge = charge_of(client, paid(client))
    client.v1.refunds.create({"charge": charge.id, "amount": 20000})
    part: Any = client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert (part.amount_refunded, part.refunded, part.refunds.data[0].amount) == (
        20000,
        False,
        20000,
    )
    rest = client.v1.refunds.create({"charge": charge.id})
    assert rest.amount == 27000
    assert client.v1.charges.retrieve(charge.id).refunded is True


def test_no_more_is_given_back_than_was_paid(client: stripe.StripeClient) -> None:
    intent = paid(client)
    error = refused(client, payment_intent=intent, amount=47001)
    assert error.user_message == ("Refund amount (€470.01) is greater than charge amount (€470.00)")
    client.v1.refunds.create({"payment_intent": intent, "amount": 40000})
    error = refused(client, payment_intent=intent, amount=7001)
    assert (error.http_status, error.param, error.user_message) == (
        400,
        "amount",
        "Refund amount (€70.01) is greater than unrefunded amount on charge (€70.00)",
    )


def test_a_dinars_third_decimal_is_not_given_back(client: stripe.StripeClient) -> None:
    made = client.v1.payment_intents.create(
        {
            "amount": 47500,
            "currency": "tnd",
            "confirm": True,
            "payment_method": "pm_card_visa",
            "return_url": "https://ecole.example/",
        }
    )
    error = refused(client, payment_intent=made.id, amount=1001)
    assert (error.http_status, error.param) == (400, "amount")
    assert client.v1.refunds.create({"payment_intent": made.id, "amount": 1010}).amount == 1010


def test_what_was_refunded_is_not_refunded_again(client: stripe.StripeClient) -> None:
    intent = paid(client)
    client.v1.refunds.create({"payment_intent": intent})
    error = refused(client, payment_intent=intent)
    assert (error.code, error.http_status) == ("charge_already_refunded", 400)
    assert error.user_message == (
        f"Charge {charge_of(client, intent).id} has already been refunded."
    )


def test_a_payment_that_was_never_made_is_not_refunded(client: stripe.StripeClient) -> None:
    never = client.v1.payment_intents.create({"amount": 100, "currency": "eur"}).id
    declined = paid(client, DECLINED)
    for intent in (never, declined):
        error = refused(client, payment_intent=intent)
        assert "does not have a successful charge to refund" in str(error.user_message)


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({}, "parameter_missing", "payment_intent"),
        ({"payment_intent": "pi_none"}, "resource_missing", "payment_intent"),
        ({"charge": "ch_none"}, "resource_missing", "charge"),
        ({"payment_intent": "pi_none", "sum": 1}, "parameter_unknown", "sum"),
    ],
)
def test_a_misspelt_refund_is_refused(
    client: stripe.StripeClient, params: dict[str, Any], code: str, param: str
) -> None:
    error = refused(client, **params)
    assert (error.code, error.param) == (code, param)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_not_refunded(client: stripe.StripeClient, amount: int) -> None:
    error = refused(client, payment_intent=paid(client), amount=amount)
    assert (error.code, error.param) == ("parameter_invalid_integer", "amount")


def test_a_refund_asked_for_twice_with_one_key_is_one(client: stripe.StripeClient) -> None:
    intent = paid(client)
    first, second = (
        client.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": f"r-{intent}"})
        for _ in range(2)
    )
    assert first.id == second.id
    assert charge_of(client, intent).amount_refunded == 47000


def test_a_refusal_is_repeated_under_its_key(client: stripe.StripeClient) -> None:
    intent = paid(client)
    client.v1.refunds.create({"payment_intent": intent})
    for replayed in (None, "true"):
        with pytest.raises(stripe.InvalidRequestError) as error:
            client.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": f"n-{intent}"})
        assert error.value.headers is not None
        assert error.value.headers.get("idempotent-replayed") == replayed


def test_a_refund_tells_its_events_in_order(
    client: stripe.StripeClient, receiver: Receiver, standin: Process
) -> None:
    refund = client.v1.refunds.create({"payment_intent": paid(client), "amount": 100})
    receiver.wait(refund.id, "refund.created")
    (told,) = receiver.wait(str(refund.charge), "charge.refunded")
    charge = told.event["data"]
    assert charge["object"]["amount_refunded"] == 100
    assert charge["previous_attributes"] == {"amount_refunded": 0}
    assert "refunds" not in charge["object"]


def test_refunds_are_listed_by_payment(client: stripe.StripeClient) -> None:
    intent, other = paid(client), paid(client)
    made = [
        client.v1.refunds.create({"payment_intent": intent, "amount": n}).id for n in (100, 200)
    ]
    client.v1.refunds.create({"payment_intent": other})
    listed = client.v1.refunds.list({"payment_intent": intent, "expand": ["data.charge"]})
    assert [r.id for r in listed.data] == made[::-1]
    first: Any = listed.data[0].charge
    assert first.amount_refunded == 300


def test_metadata_of_a_refund_may_change(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"payment_intent": paid(client)})
    changed = client.v1.refunds.update(refund.id, {"metadata": {"why": "withdrawal"}})
    assert changed.metadata is not None
    assert changed.metadata["why"] == "withdrawal"


def test_a_pending_refund_succeeds_later(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    refund = client.v1.refunds.create({"payment_intent": paid(client, PENDING)})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    assert client.v1.charges.retrieve(str(refund.charge)).refunded is True
    fresh_standin.control("POST", "clock", advance=60)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    (told,) = fresh_standin.receiver.wait(refund.id, "refund.updated")
    assert told.event["data"]["previous_attributes"]["status"] == "pending"


def test_a_refund_that_fails_gives_the_money_back_to_the_balance(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    intent = paid(client, FAILING)
    refund = client.v1.refunds.create({"payment_intent": intent})
    assert refund.status == "succeeded"
    fresh_standin.control("POST", "clock", advance=60)
    failed: Any = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.amount == 47000
    fresh_standin.receiver.wait(refund.id, "refund.failed")
    charge = charge_of(client, intent)
    assert (charge.amount_refunded, charge.refunded) == (0, False)


def test_a_refund_that_is_done_can_not_be_cancelled(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"payment_intent": paid(client)})
    with pytest.raises(stripe.InvalidRequestError, match="only cancel a refund"):
        client.v1.refunds.cancel(refund.id)


def test_a_refund_that_waits_for_the_buyer_can_be_cancelled(standin: Process) -> None:
    client = standin.client()
    refund = client.v1.refunds.create({"payment_intent": paid(client, PENDING)})
    standin.control("POST", f"refunds/{refund.id}", status="requires_action")
    assert client.v1.refunds.cancel(refund.id).status == "canceled"
    assert client.v1.charges.retrieve(str(refund.charge)).amount_refunded == 0


def test_another_accounts_payment_is_not_refunded(standin: Process, session: Make) -> None:
    intent = paid(standin.client("aurora50"))
    assert refused(standin.client(), payment_intent=intent).code == "resource_missing"
