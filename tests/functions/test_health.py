"""health: each piece by name, 200 while all answer, 503 as soon as one does not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx

from functions.app import PREFIX, create_app
from preau.settings import Settings


@contextlib.asynccontextmanager
async def functions_with(settings: Settings, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(settings.model_copy(update=changes))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=f"http://t{PREFIX}/") as client,
    ):
        yield client


async def test_all_is_well(functions: httpx.AsyncClient) -> None:
    answer = await functions.get("health")
    health = answer.json()
    assert (answer.status_code, health["status"]) == (200, "ok"), health
    assert {name: check["status"] for name, check in health["checks"].items()} == {
        "database": "ok",
        "stripe": "ok",
        "mail": "ok",
    }
    assert {"payments", "emails"} <= {queue["queue"] for queue in health["queues"]}
    assert all(check["ms"] > 0 for check in health["checks"].values())


async def test_a_piece_that_does_not_answer_is_named(function_settings: Settings) -> None:
    gone: dict[str, dict[str, Any]] = {
        "database": {"supabase_url": "http://127.0.0.1:9"},
        "stripe": {"stripe_api_base": "http://127.0.0.1:9"},
        "mail": {"smtp_port": 9},
    }
    for name, change in gone.items():
        async with functions_with(function_settings, **change) as functions:
            answer = await functions.get("health")
        assert (answer.status_code, answer.json()["status"]) == (503, "degraded")
        failed = {k for k, v in answer.json()["checks"].items() if v["status"] == "failed"}
        assert failed == {name}


async def test_what_is_not_configured_is_not_missed(function_settings: Settings) -> None:
    nothing: dict[str, None] = {
        "stripe_api_base": None,
        "stripe_secret_key": None,
        "smtp_host": None,
    }
    async with functions_with(function_settings, **nothing) as functions:
        answer = await functions.get("health")
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert checks["stripe"]["status"] == checks["mail"]["status"] == "not_configured"


async def test_a_crowd_of_askers_costs_one_round_of_checks(function_settings: Settings) -> None:
    connections = 0

    async def count(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async with await asyncio.start_server(count, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with functions_with(function_settings, smtp_port=port) as functions:
            await asyncio.gather(*(functions.get("health") for _ in range(30)))
    assert connections == 1
