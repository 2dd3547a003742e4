"""payment-status: the buyer sees how far the order has come; nobody else sees that it exists."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from functions.payment_status import SENTENCES
from preau.languages import LOCALES
from tests.support.buyers import CANCEL_URL, RETURN_URL, Buyer


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


@pytest.mark.parametrize(
    ("locale", "header", "language"),
    [
        (None, None, "fr"),
        ("en-GB", None, "en"),
        (None, "en-GB,en;q=0.9", "en"),
        ("fr", "en", "fr"),
        ("ar", "de", "fr"),
    ],
)
async def test_the_buyer_is_told_in_their_language(
    functions: httpx.AsyncClient,
    alice: Buyer,
    locale: str | None,
    header: str | None,
    language: str,
) -> None:
    order = await alice.order("Bac Pro Maintenance des véhicules")
    signed_in = {"Authorization": f"Bearer {alice.token}"}
    body = {"order_id": order["id"], "success_url": RETURN_URL, "cancel_url": CANCEL_URL}
    opened = await functions.post("create-checkout", json=body, headers=signed_in)
    assert opened.status_code == 200, opened.text
    await (
        alice.client.table("profile_details")
        .update({"locale": locale})
        .eq("user_id", alice.id)
        .execute()
    )
    answer = await functions.get(
        "payment-status",
        params={"order_id": order["id"]},
        headers=signed_in | ({"Accept-Language": header} if header else {}),
    )
    await (
        alice.client.table("profile_details")
        .update({"locale": None})
        .eq("user_id", alice.id)
        .execute()
    )
    told = answer.json()
    assert (told["attempt"], told["message"]) == ("open", SENTENCES[language]["open"])


def test_every_state_has_a_sentence_in_every_language() -> None:
    assert set(SENTENCES) == set(LOCALES)
    assert SENTENCES["fr"].keys() == SENTENCES["en"].keys()
    assert not set(SENTENCES["fr"].values()) & set(SENTENCES["en"].values())


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
