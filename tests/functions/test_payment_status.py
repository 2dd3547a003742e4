"""payment-status: the buyer sees how far the order has come; nobody else sees that it exists."""

from __future__ import annotations

from uuid import uuid4

import httpx

from tests.support.buyers import Buyer


async def ask(functions: httpx.AsyncClient, buyer: Buyer, order_id: str) -> httpx.Response:
    return await functions.get(
        "payment-status",
        params={"order_id": order_id},
        headers={"Authorization": f"Bearer {buyer.token}"},
    )


async def test_an_unpaid_order_is_pending_with_its_seat(
    functions: httpx.AsyncClient, alice: Buyer
) -> None:
    order = await alice.order()
    answer = await ask(functions, alice, order["id"])
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "order_id": order["id"],
            "reference": order["reference"],
            "status": "pending",
            "total_amount": order["total_amount"],
            "currency": "EUR",
            "payment_status": "pending",
            "enrollment_status": "pending",
            "paid_at": None,
            "attempt": None,
            "error_code": None,
            "message": None,
        },
    )


async def test_anothers_order_and_an_unknown_one_look_the_same(
    functions: httpx.AsyncClient, alice: Buyer, bob: Buyer
) -> None:
    order = await alice.order()
    anothers = await ask(functions, bob, order["id"])
    unknown = await ask(functions, bob, str(uuid4()))
    assert anothers.status_code == unknown.status_code == 404
    assert anothers.json() == unknown.json()
    assert anothers.json()["code"] == "order_not_found"


async def test_somebody_without_a_token_is_refused(functions: httpx.AsyncClient) -> None:
    answer = await functions.get("payment-status", params={"order_id": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_an_order_id_that_is_none_is_refused(
    functions: httpx.AsyncClient, alice: Buyer
) -> None:
    answer = await ask(functions, alice, "1 or 1=1")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["message"].startswith("query.order_id: ")
