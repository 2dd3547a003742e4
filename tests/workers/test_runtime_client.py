"""The service client stays the service's, and a caller's client the caller's."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from preau.client import ServiceClient, as_caller, caller_client, new_http_client
from preau.errors import ExpectedError, PreauError, RefusedError, RetryableError
from preau.settings import Settings
from tests.support.buyers import Buyer


async def test_the_service_client_reaches_the_schema_of_workers(settings: Settings) -> None:
    async with await ServiceClient.connect(settings) as db:
        queues = {row["queue"] for row in await db.call("queue_depths")}
    assert {"payments", "emails"} <= queues


async def test_signed_in_callers_leave_the_service_client_alone(
    function_settings: Settings, buyer: Buyer
) -> None:
    async with await ServiceClient.connect(function_settings) as db:
        client = await caller_client(function_settings, db.http, buyer.token)
        own: Any = (await as_caller(client.table("profiles").select("id").execute())).data
        assert buyer.id in {row["id"] for row in own}
        assert await db.call("provider_account", {"slug": "mecaformation-stripe"})


async def test_a_caller_cannot_reach_the_schema_of_workers(
    function_settings: Settings, buyer: Buyer
) -> None:
    async with new_http_client(function_settings.require_url()) as http:
        client = await caller_client(function_settings, http, buyer.token)
        with pytest.raises(PreauError) as caught:
            await as_caller(client.schema("worker").rpc("queue_depths", {}).execute())
    assert caught.value.code == "42501"


async def test_a_token_that_is_none_is_an_expected_401(function_settings: Settings) -> None:
    async with new_http_client(function_settings.require_url()) as http:
        client = await caller_client(function_settings, http, "eyJhbGciOiJIUzI1NiJ9.e30.x")
        with pytest.raises(ExpectedError) as caught:
            await as_caller(client.table("profiles").select("id").execute())
    assert (caught.value.code, caught.value.status) == ("invalid_token", 401)


async def test_a_refusal_in_sql_arrives_with_status_and_code(settings: Settings) -> None:
    async with await ServiceClient.connect(settings) as db:
        with pytest.raises(RefusedError) as caught:
            await db.call("settle", {"queue": "nowhere", "done": [], "failed": [], "claim": 1})
    assert (caught.value.status, caught.value.code) == (404, "queue_not_found")


async def test_a_wrong_secret_key_is_not_an_ordinary_answer(settings: Settings) -> None:
    wrong = settings.model_copy(
        update={
            "supabase_secret_key": Settings(
                supabase_secret_key="sb_secret_wrong"
            ).supabase_secret_key
        }
    )
    async with await ServiceClient.connect(wrong) as db:
        with pytest.raises(PreauError) as caught:
            await db.call("queue_depths")
    assert not isinstance(caught.value, ExpectedError)


async def test_a_gateway_that_is_away_is_worth_another_try(settings: Settings) -> None:
    away = settings.model_copy(update={"supabase_url": "http://127.0.0.1:9"})
    async with await ServiceClient.connect(away) as db:
        with pytest.raises(RetryableError) as caught:
            await db.call("queue_depths", attempts=2)
    assert caught.value.code == "gateway_unreachable"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, {"code": "upstream_unavailable", "message": "The service does not answer."}),
        (503, {"message": "An invalid response was received from the upstream server"}),
        (429, {"message": "API rate limit exceeded"}),
        (503, "<html>upstream connect error</html>"),
    ],
)
async def test_what_stands_before_the_database_is_tried_again(
    settings: Settings, status: int, body: object
) -> None:
    asked = 0

    async def answer(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as gateway:
        before = settings.model_copy(update={"supabase_url": str(gateway.make_url(""))})
        async with await ServiceClient.connect(before) as db:
            with pytest.raises(RetryableError) as caught:
                await db.call("queue_depths", attempts=2)
    assert caught.value.code == "gateway_unavailable"
    assert asked == 2
