"""create-checkout: one payable page for one pending order of one's own, whatever happens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4
from weakref import WeakKeyDictionary

import httpx
import pytest

from preau.providers import stripe as stripe_provider
from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer
from tests.support.stack import Stack
from tests.support.standin import CARD_DECLINED, Standin


async def ask(
    functions: httpx.AsyncClient, buyer: Buyer, order_id: str, **changes: str
) -> httpx.Response:
    """Call create-checkout as the buyer."""
    body = {"order_id": order_id, "success_url": RETURN_URL, "cancel_url": CANCEL_URL} | changes
    return await functions.post(
        "create-checkout", json=body, headers={"Authorization": f"Bearer {buyer.token}"}
    )


async def test_a_pending_order_gets_a_payable_page(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    answer = await ask(functions, buyer, order["id"])
    assert answer.status_code == 200, answer.text
    page = answer.json()
    session = await standin.as_account().v1.checkout.sessions.retrieve_async(page["session_id"])
    assert page["url"] == session.url
    assert datetime.fromisoformat(page["expires_at"]) == datetime.fromtimestamp(
        session.expires_at, UTC
    )
    assert (session.amount_total, session.currency) == (order["total_amount"], "eur")
    assert session.client_reference_id == order["id"]
    assert session.success_url == RETURN_URL
    assert session.metadata is not None
    assert session.metadata["order_id"] == order["id"]
    assert session.metadata["academy_id"] == order["academy_id"]
    assert session.locale == "fr"
    assert await standin.pay(page["session_id"]) == 303


async def test_asking_again_gives_the_same_page(functions: httpx.AsyncClient, alice: Buyer) -> None:
    order = await alice.order("Bac Pro Maintenance des véhicules")
    first = (await ask(functions, alice, order["id"])).json()
    assert (await ask(functions, alice, order["id"])).json() == first


async def test_other_return_addresses_replace_the_page_and_close_the_old_one(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    first = (await ask(functions, buyer, order["id"])).json()
    again = await ask(functions, buyer, order["id"], cancel_url="http://localhost:3000/autre")
    assert again.status_code == 200, again.text
    assert again.json()["session_id"] != first["session_id"]
    assert await standin.pay(first["session_id"]) == 410


async def test_a_page_that_was_just_paid_is_not_replaced(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    first = (await ask(functions, buyer, order["id"])).json()
    assert await standin.pay(first["session_id"]) == 303
    for _ in range(3):
        again = await ask(functions, buyer, order["id"], cancel_url="http://localhost:3000/autre")
        assert (again.status_code, again.json()["code"]) == (409, "payment_in_progress")


async def test_a_declined_card_leaves_the_page_payable(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    page = (await ask(functions, buyer, order["id"])).json()
    assert await standin.pay(page["session_id"], CARD_DECLINED) == 402
    assert (await ask(functions, buyer, order["id"])).json() == page
    assert await standin.pay(page["session_id"]) == 303


async def test_the_buyers_customer_is_made_once(
    functions: httpx.AsyncClient, standin: Standin, buyer: Buyer
) -> None:
    sessions = standin.as_account().v1.checkout.sessions
    customers = set()
    for title in ("CAP Maintenance des véhicules", "Bac Pro Maintenance des véhicules"):
        page = (await ask(functions, buyer, (await buyer.order(title))["id"])).json()
        customers.add((await sessions.retrieve_async(page["session_id"])).customer)
    assert len(customers) == 1


async def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(
    functions: httpx.AsyncClient,
    faulty_standin: Standin,
    buyer: Buyer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stripe_provider, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(stripe_provider, "_transports", WeakKeyDictionary())
    order = await buyer.order()
    await faulty_standin.fail_next(path="/v1/checkout/sessions", delay=4, when="after")
    lost = await ask(functions, buyer, order["id"])
    assert (lost.status_code, lost.json()["code"]) == (502, "payment_provider_unavailable")
    monkeypatch.undo()
    await asyncio.sleep(4)
    found = await ask(functions, buyer, order["id"])
    assert found.status_code == 200, found.text
    listed = await faulty_standin.as_account().v1.checkout.sessions.list_async({"limit": 100})
    mine = [session.id for session in listed.data if session.client_reference_id == order["id"]]
    assert mine == [found.json()["session_id"]]


async def test_a_provider_that_fails_is_a_502_and_the_next_try_is_a_new_attempt(
    functions: httpx.AsyncClient, faulty_standin: Standin, buyer: Buyer
) -> None:
    order = await buyer.order()
    await faulty_standin.fail_next(path="/v1/checkout/sessions", status=500, times=3)
    failed = await ask(functions, buyer, order["id"])
    assert (failed.status_code, failed.json()["code"]) == (502, "payment_provider_unavailable")
    assert (await ask(functions, buyer, order["id"])).status_code == 200


async def test_anothers_order_does_not_exist(
    functions: httpx.AsyncClient, alice: Buyer, bob: Buyer
) -> None:
    order = await alice.order()
    answer = await ask(functions, bob, order["id"])
    assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")


async def test_an_unknown_order_does_not_exist(functions: httpx.AsyncClient, alice: Buyer) -> None:
    answer = await ask(functions, alice, str(uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/merci",
        "https://mecaformation.fr@evil.example/",
        "http://mecaformation.fr/",
    ],
)
async def test_people_are_sent_back_to_the_academys_own_sites_only(
    functions: httpx.AsyncClient, alice: Buyer, url: str
) -> None:
    order = await alice.order()
    answer = await ask(functions, alice, order["id"], success_url=url)
    assert (answer.status_code, answer.json()["code"]) == (422, "return_url_not_allowed")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "merci", f"https://{'a' * 3000}"]
)
async def test_an_address_that_is_none_is_refused(
    functions: httpx.AsyncClient, alice: Buyer, url: str
) -> None:
    answer = await ask(functions, alice, str(uuid4()), success_url=url)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["message"].startswith("body.success_url")


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer nonsense", "Basic YTpi"])
async def test_nobody_in_particular_is_refused(functions: httpx.AsyncClient, token: str) -> None:
    body = {"order_id": str(uuid4()), "success_url": RETURN_URL, "cancel_url": CANCEL_URL}
    answer = await functions.post(
        "create-checkout", json=body, headers={"Authorization": token} if token else {}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_the_publishable_key_is_nobody(
    stack: Stack, functions: httpx.AsyncClient, alice: Buyer
) -> None:
    answer = await functions.post(
        "create-checkout",
        json={"order_id": str(uuid4()), "success_url": RETURN_URL, "cancel_url": CANCEL_URL},
        headers={"Authorization": f"Bearer {stack.anon_key}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
