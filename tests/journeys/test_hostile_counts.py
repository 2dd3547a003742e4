"""Counts made from statistics would tell a stranger what another academy sells."""

from __future__ import annotations

import httpx
import pytest

from tests.support.buyers import Buyer
from tests.support.stack import Stack


async def ask(
    http: httpx.AsyncClient, stack: Stack, token: str, prefers: list[str]
) -> httpx.Response:
    """Ask for the number of orders with these Prefer headers."""
    headers = [("apikey", stack.publishable_key), ("Authorization", f"Bearer {token}")]
    headers += [("Prefer", prefer) for prefer in prefers]
    return await http.get(f"{stack.url}/rest/v1/orders?select=id", headers=headers)


@pytest.mark.parametrize(
    "prefers",
    [
        ["count=planned"],
        ["count=estimated"],
        ["COUNT=Planned"],
        ["return=representation, count=planned"],
        ["count=planned", "return=representation"],
        ["count=planned", "count=exact"],
        ["count=exact", "count=estimated"],
    ],
    ids=" + ".join,
)
async def test_planned_and_estimated_counts_are_refused(
    alice: Buyer, stack: Stack, http: httpx.AsyncClient, prefers: list[str]
) -> None:
    answer = await ask(http, stack, alice.token, prefers)
    assert "content-range" not in answer.headers or answer.headers["content-range"].endswith("/*")
    assert (answer.status_code, answer.json()["details"]) == (400, "count_not_allowed")


async def test_an_exact_count_counts_what_one_may_see(
    alice: Buyer, stack: Stack, http: httpx.AsyncClient
) -> None:
    await alice.order()
    answer = await ask(http, stack, alice.token, ["count=exact"])
    assert answer.status_code == 200
    assert answer.headers["content-range"] == "0-0/1"


async def test_staff_tools_with_the_secret_key_may_estimate(
    stack: Stack, http: httpx.AsyncClient
) -> None:
    headers = {"apikey": stack.secret_key, "Prefer": "count=planned"}
    answer = await http.get(f"{stack.url}/rest/v1/orders?select=id&limit=1", headers=headers)
    assert answer.status_code in {200, 206}
