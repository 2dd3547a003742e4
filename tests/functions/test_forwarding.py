"""What the shared forwarder does to any request and any answer, before an echo of our own."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from preau import forwarders
from preau.local import gateway
from preau.local.paths import SUPABASE
from tests.support.edge import edge, listening

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def echo(request: Request) -> Response:
    seen = {
        "x-seen-method": request.method,
        "x-seen-path": request.scope["raw_path"].decode(),
        "x-seen-query": request.scope["query_string"].decode(),
        "x-seen-forward": request.headers.get("x-preau-forward", ""),
        "x-seen-authorization": request.headers.get("authorization", ""),
        "x-seen-hops": request.headers.get("keep-alive", "") + request.headers.get("x-hop", ""),
        "access-control-allow-origin": "https://only.example",
        "content-type": "application/octet-stream",
    }
    return Response(
        await request.body(), status_code=int(request.query_params.get("s", 200)), headers=seen
    )


async def drip(_: Request) -> Response:
    async def words() -> AsyncIterator[bytes]:
        for word in (b"one ", b"two"):
            yield word
            await asyncio.sleep(0.6)

    return StreamingResponse(words(), media_type="text/event-stream")


async def sleepy(_: Request) -> Response:
    await asyncio.sleep(5)
    return Response()


async def away(_: Request) -> Response:
    return Response(status_code=303, headers={"location": "https://pay.example/1"})


ROUTES = [
    Route(f"{forwarders.PREFIX}echo/drip", drip),
    Route(f"{forwarders.PREFIX}echo/sleep", sleepy),
    Route(f"{forwarders.PREFIX}echo/away", away),
    Route(f"{forwarders.PREFIX}echo{{rest:path}}", echo, methods=METHODS),
]


@asynccontextmanager
async def forwarded(folder: Path, **secrets: str) -> AsyncIterator[httpx.AsyncClient]:
    """The forwarder of a function `echo`, in front of it."""
    (folder / "config.toml").write_text(f"{forwarders.BEGIN}\n{forwarders.END}\n")
    forwarders.write(forwarders.changes(["echo"], folder))
    (folder / "functions" / "_shared").symlink_to(SUPABASE / "functions" / "_shared")
    async with listening(Starlette(routes=ROUTES)) as url:
        given = {"PREAU_FUNCTIONS_URL": url, "PREAU_FORWARD_SECRET": "s"} | secrets
        async with edge(given, folder / "functions") as client:
            yield client


async def test_method_path_and_query_go_on_as_they_came(tmp_path: Path) -> None:
    async with forwarded(tmp_path) as client:
        for method in METHODS:
            answer = await client.request(method, "echo/a%20b/c?x=1&x=%C3%A9&y=a+b")
            assert answer.headers["x-seen-method"] == method
            assert answer.headers["x-seen-path"] == "/functions/v1/echo/a%20b/c"
            assert answer.headers["x-seen-query"] == "x=1&x=%C3%A9&y=a+b"


async def test_bytes_of_any_kind_come_and_go(tmp_path: Path) -> None:
    async with forwarded(tmp_path) as client:
        for body in (b"", bytes(range(256)), os.urandom(1_000_000)):
            assert (await client.post("echo", content=body)).content == body


async def test_answers_without_a_body_stay_so(tmp_path: Path) -> None:
    async with forwarded(tmp_path) as client:
        for status in (204, 304, 404, 500):
            assert (await client.get(f"echo?s={status}")).status_code == status


async def test_a_redirect_is_for_the_caller_to_follow(tmp_path: Path) -> None:
    async with forwarded(tmp_path) as client:
        answer = await client.get("echo/away")
        assert (answer.status_code, answer.headers["location"]) == (303, "https://pay.example/1")


async def test_who_calls_and_which_door_are_told_and_nothing_of_the_connection(
    tmp_path: Path,
) -> None:
    async with forwarded(tmp_path) as client:
        headers = {
            "Authorization": "Bearer t",
            "X-Preau-Forward": "forged",
            "Connection": "close, X-Hop",
            "Keep-Alive": "timeout=5",
            "X-Hop": "1",
        }
        answer = await client.post("echo", headers=headers)
        assert answer.headers["x-seen-authorization"] == "Bearer t"
        assert answer.headers["x-seen-forward"] == "s"
        assert answer.headers["x-seen-hops"] == ""


async def test_without_a_secret_nobody_can_claim_to_come_through_the_door(tmp_path: Path) -> None:
    async with forwarded(tmp_path, PREAU_FORWARD_SECRET="") as client:
        answer = await client.post("echo", headers={"X-Preau-Forward": "forged"})
        assert answer.headers["x-seen-forward"] == ""


async def test_a_preflight_is_answered_as_the_gateway_does(tmp_path: Path) -> None:
    async with forwarded(tmp_path) as client:
        headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
        answer = await client.options("echo", headers=headers)
    assert answer.status_code == 204
    assert "x-seen-method" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == gateway.ALLOW_HEADERS
    assert answer.headers["access-control-max-age"] == "3600"


async def test_the_forwarders_cors_headers_replace_those_of_the_service(tmp_path: Path) -> None:
    async with forwarded(tmp_path) as client:
        answer = await client.get("echo")
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]


async def test_a_stream_arrives_as_it_is_made_and_may_outlast_the_patience(tmp_path: Path) -> None:
    async with forwarded(tmp_path, PREAU_FUNCTIONS_TIMEOUT_MS="400") as client:
        begun = time.monotonic()
        async with client.stream("GET", "echo/drip") as answer:
            pieces = answer.aiter_bytes()
            first = await anext(pieces)
            waited = time.monotonic() - begun
            rest = b"".join([piece async for piece in pieces])
    assert (first, rest) == (b"one ", b"two")
    assert waited < 0.6


async def test_a_service_that_is_silent_or_away_is_a_problem_in_our_shape(tmp_path: Path) -> None:
    silent, away_, open_ = (tmp_path / name for name in ("silent", "away", "open"))
    cases = {
        silent: {"PREAU_FUNCTIONS_TIMEOUT_MS": "200"},
        away_: {"PREAU_FUNCTIONS_URL": "http://127.0.0.1:9"},
        open_: {"PREAU_FUNCTIONS_URL": "http://functions.example"},
    }
    for folder, secrets in cases.items():
        folder.mkdir()
        async with forwarded(folder, **secrets) as client:
            answer = await client.get("echo/sleep")
        assert (answer.status_code, answer.json()["code"]) == (503, "functions_unavailable")
        assert set(answer.json()) == {"code", "message", "hint"}
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["retry-after"] == "5"
