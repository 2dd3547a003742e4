"""Payment intents of custom forms: made by a server, confirmed by it or from a browser."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import stripe

from tests.local.stripe.browser import DECLINED, pay
from tests.local.stripe.conftest import Make
from tests.local.stripe.process import Process, key

BACK = "http://localhost:3000/merci"
ACCOUNT_HOLDER = {
    "billing_details": {"email": "zoe@example.fr", "name": "Zoé"},
    "type": "sepa_debit",
}


def make(client: stripe.StripeClient, **more: Any) -> stripe.PaymentIntent:
    params: Any = {
        "amount": 4700,
        "currency": "eur",
        "automatic_payment_methods": {"enabled": True},
    }
    return client.v1.payment_intents.create(params | more)


def confirm(client: stripe.StripeClient, intent: str, method: str) -> stripe.PaymentIntent:
    return client.v1.payment_intents.confirm(intent, {"payment_method": method, "return_url": BACK})


def browser(standin: Process) -> httpx.Client:
    """Return what Stripe.js is: a client with the publishable key only."""
    publishable = key("mecaformation").replace("sk_test_", "pk_test_")
    return httpx.Client(
        base_url=standin.url, headers={"Authorization": f"Bearer {publishable}"}, trust_env=False
    )


def kinds(standin: Process, intent: str) -> list[str]:
    return [event["type"] for event in standin.history(intent)]


def unexpected(error: pytest.ExceptionInfo[stripe.InvalidRequestError]) -> str:
    """Return the status of the intent that the refusal carries."""
    assert error.value.code == "payment_intent_unexpected_state"
    assert error.value.error is not None
    intent: Any = error.value.error.payment_intent
    return str(intent["status"])


def test_a_new_intent_waits_for_a_method(standin: Process) -> None:
    customer = standin.client().v1.customers.create({"email": "zoe@example.fr"})
    made = make(
        standin.client(),
        customer=customer.id,
        metadata={"order": "7"},
        receipt_email="zoe@example.fr",
    )
    assert made.status == "requires_payment_method"
    assert (made.metadata["order"], made.receipt_email) == ("7", "zoe@example.fr")
    assert made.customer == customer.id
    assert made.payment_method_types == ["card", "sepa_debit"]
    assert str(made.client_secret).startswith(f"{made.id}_secret_")
    assert kinds(standin, made.id) == ["payment_intent.created"]


def test_methods_are_allowed_and_excluded(client: stripe.StripeClient) -> None:
    only = make(client, allowed_payment_method_types=["card", "klarna"])
    assert only.payment_method_types == ["card"]
    assert make(client, excluded_payment_method_types=["card"]).payment_method_types == [
        "sepa_debit"
    ]
    with pytest.raises(stripe.InvalidRequestError, match="No valid payment method types"):
        make(client, excluded_payment_method_types=["card", "sepa_debit"])
    with pytest.raises(stripe.InvalidRequestError, match="not allowed for this"):
        confirm(client, only.id, "pm_sepaDebit_success_fr")


def test_a_good_card_succeeds_at_once(standin: Process) -> None:
    client = standin.client()
    done = confirm(client, make(client).id, "pm_card_visa")
    assert (done.status, done.amount_received, done.next_action) == ("succeeded", 4700, None)
    charge = client.v1.charges.retrieve(str(done.latest_charge))
    assert (charge.paid, charge.payment_intent, charge.captured) == (True, done.id, True)
    assert kinds(standin, done.id) == ["payment_intent.created", "payment_intent.succeeded"]


def test_creating_may_confirm_at_once(client: stripe.StripeClient) -> None:
    done = make(client, confirm=True, payment_method="pm_card_visa", return_url=BACK)
    assert done.status == "succeeded"


def test_a_method_without_confirmation_waits_to_be_confirmed(client: stripe.StripeClient) -> None:
    made = make(client, payment_method="pm_card_visa")
    assert made.status == "requires_confirmation"
    done = client.v1.payment_intents.confirm(made.id, {"return_url": BACK})
    assert done.status == "succeeded"


def test_a_declined_card_is_a_card_error_that_carries_the_intent(standin: Process) -> None:
    client = standin.client()
    made = make(client)
    with pytest.raises(stripe.CardError) as error:
        confirm(client, made.id, "pm_card_visa_chargeDeclined")
    refused: Any = error.value.error
    assert (error.value.http_status, refused.code) == (402, "card_declined")
    assert (refused.decline_code, refused.type) == ("generic_decline", "card_error")
    assert refused.payment_intent.status == "requires_payment_method"
    assert refused.charge == refused.payment_intent.latest_charge
    after: Any = client.v1.payment_intents.retrieve(made.id)
    assert after.last_payment_error.code == "card_declined"
    assert after.payment_method is None
    assert kinds(standin, made.id)[-1] == "payment_intent.payment_failed"
    assert confirm(client, made.id, "pm_card_visa").status == "succeeded"


def test_a_declined_confirmation_is_replayed_under_its_key(client: stripe.StripeClient) -> None:
    made = make(client)
    params: Any = {"payment_method": "pm_card_visa_chargeDeclined", "return_url": BACK}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.confirm(made.id, params, options={"idempotency_key": made.id})
    assert len(client.v1.charges.list({"payment_intent": made.id}).data) == 1


def test_confirming_needs_a_method(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method") as error:
        client.v1.payment_intents.confirm(make(client).id, {"return_url": BACK})
    assert unexpected(error) == "requires_payment_method"


def test_confirming_needs_a_way_back_where_a_method_may_redirect(
    client: stripe.StripeClient,
) -> None:
    made = make(client, payment_method="pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError, match="must provide a `return_url`"):
        client.v1.payment_intents.confirm(made.id)
    never = {"enabled": True, "allow_redirects": "never"}
    stays = make(client, payment_method="pm_card_visa", automatic_payment_methods=never)
    assert client.v1.payment_intents.confirm(stays.id).status == "succeeded"


def test_what_is_paid_is_not_confirmed_again(client: stripe.StripeClient) -> None:
    done = confirm(client, make(client).id, "pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError, match="already succeeded") as error:
        confirm(client, done.id, "pm_card_visa")
    assert unexpected(error) == "succeeded"
    assert len(client.v1.charges.list({"payment_intent": done.id}).data) == 1


def test_cancelling_says_why(standin: Process) -> None:
    client = standin.client()
    made = make(client)
    over = client.v1.payment_intents.cancel(made.id, {"cancellation_reason": "abandoned"})
    assert (over.status, over.cancellation_reason) == ("canceled", "abandoned")
    assert over.canceled_at is not None
    assert kinds(standin, made.id)[-1] == "payment_intent.canceled"
    with pytest.raises(stripe.InvalidRequestError) as error:
        confirm(client, made.id, "pm_card_visa")
    assert unexpected(error) == "canceled"


def test_what_is_paid_is_not_cancelled(client: stripe.StripeClient) -> None:
    done = confirm(client, make(client).id, "pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError, match="a status of succeeded") as error:
        client.v1.payment_intents.cancel(done.id)
    assert unexpected(error) == "succeeded"


def test_an_intent_of_checkout_is_cancelled_by_expiring_its_session(
    client: stripe.StripeClient, session: Make
) -> None:
    made = session()
    pay(str(made.url), DECLINED)
    intent = str(client.v1.checkout.sessions.retrieve(made.id).payment_intent)
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(intent)
    client.v1.checkout.sessions.expire(made.id)
    assert client.v1.payment_intents.retrieve(intent).status == "canceled"


def test_the_amount_changes_until_it_is_paid(client: stripe.StripeClient) -> None:
    made = make(client)
    intents = client.v1.payment_intents
    changed = intents.update(made.id, {"amount": 9400, "metadata": {"order": "8"}})
    assert (changed.amount, changed.metadata["order"]) == (9400, "8")
    done = confirm(client, made.id, "pm_card_visa")
    assert done.amount_received == 9400
    assert intents.update(made.id, {"metadata": {"order": "9"}}).metadata["order"] == "9"
    with pytest.raises(stripe.InvalidRequestError, match="amount could not be updated") as error:
        intents.update(made.id, {"amount": 100})
    assert unexpected(error) == "succeeded"


def test_a_browser_confirms_with_the_secret_and_sees_less(standin: Process) -> None:
    made = make(standin.client(), metadata={"order": "7"})
    with browser(standin) as stripe_js:
        method = stripe_js.post(
            "/v1/payment_methods",
            data={
                "type": "card",
                "card[number]": "4242 4242 4242 4242",
                "card[exp_month]": "12",
                "card[exp_year]": "34",
                "card[cvc]": "123",
            },
        ).json()
        answer = stripe_js.post(
            f"/v1/payment_intents/{made.id}/confirm",
            data={
                "client_secret": str(made.client_secret),
                "payment_method": method["id"],
                "use_stripe_sdk": "true",
            },
        )
    seen = answer.json()
    assert (answer.status_code, seen["status"]) == (200, "succeeded")
    assert not {"metadata", "customer", "latest_charge"} & set(seen)


def test_a_browser_without_the_secret_gets_nothing(standin: Process) -> None:
    made = make(standin.client())
    other = make(standin.client())
    with browser(standin) as stripe_js:
        for shown in ({}, {"client_secret": str(other.client_secret)}):
            answer = stripe_js.get(f"/v1/payment_intents/{made.id}", params=shown)
            assert (answer.status_code, answer.json()["error"]["param"]) == (400, "client_secret")
        refused = stripe_js.post("/v1/refunds", data={"payment_intent": made.id})
    assert refused.json()["error"]["code"] == "secret_key_required"


def test_a_card_that_needs_its_bank_waits_for_the_buyer(standin: Process) -> None:
    client = standin.client()
    made = confirm(client, make(client).id, "pm_card_authenticationRequired")
    action: Any = made.next_action
    assert (made.status, action.type) == ("requires_action", "redirect_to_url")
    assert action.redirect_to_url.return_url == BACK
    answer = httpx.post(action.redirect_to_url.url, data={"answer": "accept"}, trust_env=False)
    assert answer.status_code == 303
    back = httpx.URL(answer.headers["location"])
    assert dict(back.params) == {
        "payment_intent": made.id,
        "payment_intent_client_secret": made.client_secret,
        "redirect_status": "succeeded",
    }
    assert client.v1.payment_intents.retrieve(made.id).status == "succeeded"
    assert kinds(standin, made.id) == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
    ]


def test_a_buyer_who_refuses_at_the_bank_may_try_again(client: stripe.StripeClient) -> None:
    made: Any = confirm(client, make(client).id, "pm_card_authenticationRequired")
    url = made.next_action.redirect_to_url.url
    answer = httpx.post(url, data={"answer": "refuse"}, trust_env=False)
    assert "redirect_status=failed" in answer.headers["location"]
    after: Any = client.v1.payment_intents.retrieve(made.id)
    assert after.status == "requires_payment_method"
    assert after.last_payment_error.code == "payment_intent_authentication_failure"
    assert httpx.post(url, data={"answer": "accept"}, trust_env=False).status_code == 404
    assert client.v1.charges.list({"payment_intent": made.id}).data == []


def test_nobody_is_there_to_authenticate_off_session(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as error:
        make(
            client,
            confirm=True,
            off_session=True,
            payment_method="pm_card_authenticationRequired",
        )
    assert error.value.code == "authentication_required"


def test_a_direct_debit_is_answered_later(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    data = ACCOUNT_HOLDER | {"sepa_debit": {"iban": "FR1420041010050500013M02606"}}
    made = make(client, confirm=True, payment_method_data=data, return_url=BACK)
    assert made.status == "processing"
    charge = client.v1.charges.retrieve(str(made.latest_charge))
    assert (charge.status, charge.paid) == ("pending", False)
    fresh_standin.control("POST", "clock", advance=60)
    assert client.v1.payment_intents.retrieve(made.id).status == "succeeded"
    assert client.v1.charges.retrieve(charge.id).paid is True
    assert kinds(fresh_standin, made.id) == [
        "payment_intent.created",
        "payment_intent.processing",
        "payment_intent.succeeded",
    ]


def test_a_direct_debit_may_be_rejected(fresh_standin: Process) -> None:
    client = fresh_standin.client()
    made = confirm(client, make(client).id, "pm_sepaDebit_failed_fr")
    fresh_standin.control("POST", "clock", advance=60)
    after: Any = client.v1.payment_intents.retrieve(made.id, {"expand": ["latest_charge"]})
    assert after.status == "requires_payment_method"
    assert after.latest_charge.status == "failed"
    assert after.last_payment_error.code == after.latest_charge.failure_code
