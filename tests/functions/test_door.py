"""With a forward secret set, front ends come through a forwarder; providers come as they do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from functions.app import PREFIX, create_app, open_functions
from preau.settings import Settings


@pytest.fixture
async def guarded(function_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        Settings.model_validate(
            function_settings.model_dump() | {"preau_forward_secret": "old, new"}
        )
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=f"http://t{PREFIX}/") as client,
    ):
        yield client


@pytest.mark.parametrize("given", [{}, {"x-preau-forward": ""}, {"x-preau-forward": "guess"}])
async def test_who_comes_past_the_forwarder_is_turned_away(
    guarded: httpx.AsyncClient, given: dict[str, str]
) -> None:
    for name in ("create-checkout", "openapi.json", "nothing", ""):
        answer = await guarded.post(name, headers=given)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_forwarded")


@pytest.mark.parametrize("secret", ["old", "new"])
async def test_both_secrets_open_while_one_replaces_the_other(
    guarded: httpx.AsyncClient, secret: str
) -> None:
    answer = await guarded.post("create-checkout", headers={"x-preau-forward": secret})
    assert answer.status_code in (401, 422)


async def test_webhooks_and_the_health_check_come_straight_in(guarded: httpx.AsyncClient) -> None:
    webhook = await guarded.post("stripe-webhook/mecaformation-stripe", content=b"{}")
    assert (webhook.status_code, webhook.json()["code"]) == (400, "invalid_signature")
    assert (await guarded.get("health")).status_code == 200


def test_the_open_functions_are_these() -> None:
    assert open_functions() >= {"stripe-webhook", "health"}
    assert not open_functions() & {"create-checkout", "payment-status"}
