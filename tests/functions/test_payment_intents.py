"""create-payment-intent: one payable form for one pending order, and never a page beside it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

import httpx
import pytest
import stripe

from preau.providers import stripe as stripe_provider
from preau.settings import environment
from tests.functions.test_checkout import ask as ask_for_page
from tests.support.buyers import RETURN_URL, Buyer
from tests.support.stack import Stack
from tests.support.standin import Standin


async def ask(functions: httpx.AsyncClient, buyer: Buyer, order_id: str) -> httpx.Response:
    """Call create-payment-intent as the buyer."""
    return await functions.post(
        "create-payment-intent",
        json={"order_id": order_id},
        headers={"Authorization": f"Bearer {buyer.token}"},
    )


async def confirm(standin: Standin, form: dict[str, Any], method: str = "pm_card_visa") -> str:
    """Pay the form as Stripe.js would; returns the payment's status."""
    paid = await standin.as_account().v1.payment_intents.confirm_async(
        form["payment_intent_id"], {"payment_method": method, "return_url": RETURN_URL}
    )
    return paid.status


async def test_a_pending_order_gets_a_payable_form(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    answer = await ask(functions, buyer, order["id"])
    assert answer.status_code == 200, answer.text
    form = answer.json()
    assert (form["amount"], form["currency"]) == (order["total_amount"], order["currency"])
    intent = await standin.as_account().v1.payment_intents.retrieve_async(form["payment_intent_id"])
    assert form["client_secret"] == intent.client_secret
    assert (intent.amount, intent.currency) == (order["total_amount"], "eur")
    assert intent.metadata["order_id"] == order["id"]
    assert intent.metadata["academy_id"] == order["academy_id"]
    assert intent.description == order["reference"]
    assert intent.customer is not None
    assert await confirm(standin, form) == "succeeded"


async def test_asking_again_or_three_times_at_once_gives_the_same_payment(
    functions: httpx.AsyncClient, buyer: Buyer
) -> None:
    order = await buyer.order()
    answers = await asyncio.gather(*(ask(functions, buyer, order["id"]) for _ in range(3)))
    answers.append(await ask(functions, buyer, order["id"]))
    found = {answer.json().get("payment_intent_id") for answer in answers}
    assert len(found - {None}) == 1, [answer.text for answer in answers]
    assert answers[-1].status_code == 200


async def test_opening_a_form_closes_the_page(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    page = (await ask_for_page(functions, buyer, order["id"])).json()
    assert (await ask(functions, buyer, order["id"])).status_code == 200
    assert await standin.pay(page["session_id"]) == 410


async def test_opening_a_page_cancels_the_form(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    form = (await ask(functions, buyer, order["id"])).json()
    page = (await ask_for_page(functions, buyer, order["id"])).json()
    with pytest.raises(stripe.InvalidRequestError, match="canceled"):
        await confirm(standin, form)
    assert await standin.pay(page["session_id"]) == 303


@pytest.mark.parametrize("method", ["pm_card_visa", "pm_sepaDebit_success_fr"])
async def test_a_form_that_was_just_paid_is_not_given_again(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer, method: str
) -> None:
    order = await buyer.order()
    form = (await ask(functions, buyer, order["id"])).json()
    await confirm(standin, form, method)
    for again in (ask, ask_for_page):
        answer = await again(functions, buyer, order["id"])
        assert (answer.status_code, answer.json()["code"]) == (409, "payment_in_progress")


async def test_a_declined_card_leaves_the_form_payable(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    form = (await ask(functions, buyer, order["id"])).json()
    with pytest.raises(stripe.CardError):
        await confirm(standin, form, "pm_card_visa_chargeDeclined")
    assert (await ask(functions, buyer, order["id"])).json() == form
    assert await confirm(standin, form) == "succeeded"


async def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(
    functions: httpx.AsyncClient,
    faulty_standin: Standin,
    buyer: Buyer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stripe_provider, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(stripe_provider, "_transports", WeakKeyDictionary())
    order = await buyer.order()
    await faulty_standin.fail_next(path="/v1/payment_intents", delay=4, when="after")
    lost = await ask(functions, buyer, order["id"])
    assert (lost.status_code, lost.json()["code"]) == (502, "payment_provider_unavailable")
    monkeypatch.undo()
    await asyncio.sleep(4)
    found = await ask(functions, buyer, order["id"])
    assert found.status_code == 200, found.text
    listed = await faulty_standin.as_account().v1.payment_intents.list_async({"limit": 100})
    mine = [each.id for each in listed.data if order["id"] in each.metadata.to_dict().values()]
    assert mine == [found.json()["payment_intent_id"]]


async def test_the_accounts_publishable_key_is_told_where_it_is_known(
    functions: httpx.AsyncClient, buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await buyer.order()
    assert (await ask(functions, buyer, order["id"])).json()["publishable_key"] is None
    monkeypatch.setenv("STRIPE_MECAFORMATION_PUBLISHABLE_KEY", "pk_test_meca")
    environment.cache_clear()
    form = (await ask(functions, buyer, order["id"])).json()
    monkeypatch.undo()
    environment.cache_clear()
    assert form["publishable_key"] == "pk_test_meca"


async def test_anothers_order_and_an_unknown_one_do_not_exist(
    functions: httpx.AsyncClient, alice: Buyer, bob: Buyer
) -> None:
    for order_id in ((await alice.order())["id"], str(uuid4())):
        answer = await ask(functions, bob, order_id)
        assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")


async def test_neither_amount_nor_customer_can_be_asked_for(
    functions: httpx.AsyncClient, alice: Buyer
) -> None:
    answer = await functions.post(
        "create-payment-intent",
        json={"order_id": str(uuid4()), "amount": 1},
        headers={"Authorization": f"Bearer {alice.token}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_nobody_in_particular_is_refused(stack: Stack, functions: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": f"Bearer {stack.anon_key}"}):
        answer = await functions.post(
            "create-payment-intent", json={"order_id": str(uuid4())}, headers=headers
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
