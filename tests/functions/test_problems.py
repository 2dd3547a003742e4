"""Errors have one shape, whatever went wrong, and a defect tells nothing but its request's id."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from fastapi import FastAPI
from starlette.requests import Request

from functions import problems
from functions.app import PREFIX, create_app
from functions.middleware import BODY_LIMIT, RequestMiddleware
from preau.errors import ExpectedError, PermanentError, RetryableError
from preau.settings import Settings
from tests.support.buyers import CANCEL_URL, RETURN_URL

ERRORS: dict[str, Exception] = {
    "expected": ExpectedError("cohort_full", "Complet.", 409, "Choose another."),
    "retryable": RetryableError("database_unavailable", "pool of 10.0.0.7 is gone", retry_in=7.2),
    "permanent": PermanentError("secret_missing", "STRIPE_X_SECRET_KEY is not set."),
    "defect": ZeroDivisionError("secret detail"),
}


@pytest.fixture
async def failing() -> AsyncIterator[httpx.AsyncClient]:
    """An app whose routes fail in every way."""
    app = FastAPI(openapi_url=None)
    problems.install(app)
    app.add_middleware(RequestMiddleware)

    @app.get("/fail/{how}")
    async def fail(how: str) -> None:
        raise ERRORS[how]

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client


async def test_an_expected_error_keeps_its_status_code_and_words(
    failing: httpx.AsyncClient,
) -> None:
    answer = await failing.get("/fail/expected")
    assert (answer.status_code, answer.json()) == (
        409,
        {"code": "cohort_full", "message": "Complet.", "hint": "Choose another."},
    )


async def test_an_outage_says_when_to_come_back_and_not_what_is_inside(
    failing: httpx.AsyncClient,
) -> None:
    answer = await failing.get("/fail/retryable")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"] == "8"
    assert "10.0.0.7" not in answer.text


@pytest.mark.parametrize("how", ["permanent", "defect"])
async def test_a_defect_is_logged_and_answers_only_the_requests_id(
    failing: httpx.AsyncClient, how: str
) -> None:
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logs:
        answer = await failing.get(f"/fail/{how}", headers={"x-request-id": "abc-1"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.json()["hint"] == "Report it with the request id abc-1."
    assert "secret" not in answer.text.lower()
    [crash] = [line for line in logs if line["event"] == "request.crashed"]
    assert crash["exc_info"] is ERRORS[how]
    assert crash["request_id"] == "abc-1"


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_3", True), ("a b", False), ("x" * 200, False)]
)
async def test_a_sane_request_id_is_kept_and_any_other_replaced(
    failing: httpx.AsyncClient, given: str, kept: bool
) -> None:
    answer = await failing.get("/nowhere", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert len(answer.headers["x-request-id"]) >= 9


async def test_a_request_is_logged_once_with_its_answer(failing: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logs:
        answer = await failing.get("/nowhere?email=alice@example.org")
    [line] = [line for line in logs if line["event"] == "request.answered"]
    assert (line["status"], line["path"]) == (404, "/nowhere")
    assert line["request_id"] == answer.headers["x-request-id"]


async def test_a_streamed_body_over_the_limit_is_refused_before_its_end(
    failing: httpx.AsyncClient,
) -> None:
    sent = 0

    async def eight_megabytes() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 8 * 2**20:
            sent += 65536
            yield b"x" * 65536
            await asyncio.sleep(0)

    answer = await failing.post("/read", content=eight_megabytes())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert sent < BODY_LIMIT * 2


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "nowhere", None, 404, "not_found"),
        ("GET", "create-checkout", None, 405, "method_not_allowed"),
        ("DELETE", "stripe-webhook/mecaformation-stripe", None, 405, "method_not_allowed"),
        ("GET", "payment-status", None, 401, "not_signed_in"),
    ],
)
async def test_every_refusal_has_the_shape(
    functions: httpx.AsyncClient, method: str, path: str, body: Any, status: int, code: str
) -> None:
    answer = await functions.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"code", "message", "hint"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("{", "body"),
        ('{"order_id": 1}', "body.order_id"),
        ('{"order_id": "x", "success_url": "y", "cancel_url": "z", "price": 1}', "body."),
        ("[]", "body"),
    ],
)
async def test_an_invalid_body_is_refused_with_the_fields_path(
    functions: httpx.AsyncClient, alice: Any, body: str, place: str
) -> None:
    answer = await functions.post(
        "create-checkout",
        content=body,
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {alice.token}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["message"].startswith(place)


async def test_with_the_database_away_the_answer_is_503(function_settings: Settings) -> None:
    app = create_app(function_settings.model_copy(update={"supabase_url": "http://127.0.0.1:9"}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=f"http://t{PREFIX}/") as client,
    ):
        hook = await client.post("stripe-webhook/mecaformation-stripe", content=b"{}")
        checkout = await client.post(
            "create-checkout",
            json={"order_id": "1" * 32, "success_url": RETURN_URL, "cancel_url": CANCEL_URL},
            headers={"Authorization": "Bearer eyJ.eyJ.x"},
        )
    assert (hook.status_code, hook.json()["code"]) == (503, "gateway_unreachable")
    assert (checkout.status_code, checkout.json()["code"]) == (503, "auth_unavailable")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (500, '{"code": 500, "msg": "Database error"}', (503, "auth_unavailable")),
        (500, "<html>oops</html>", (503, "auth_unavailable")),
        (429, '{"error_code": "over_request_rate_limit"}', (503, "auth_unavailable")),
        (503, '{"message": "no upstream"}', (503, "auth_unavailable")),
        (403, '{"error_code": "bad_jwt", "msg": "invalid JWT"}', (401, "not_signed_in")),
        (404, '{"error_code": "user_not_found"}', (401, "not_signed_in")),
    ],
)
async def test_only_auth_itself_can_call_a_session_invalid(
    function_settings: Settings, status: int, body: str, told: tuple[int, str]
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type="application/json")

    auth = web.Application()
    auth.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(auth) as gateway:
        url = str(gateway.make_url("")).rstrip("/")
        app = create_app(function_settings.model_copy(update={"supabase_url": url}))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=f"http://t{PREFIX}/") as client,
        ):
            said = await client.get(
                "payment-status",
                params={"order_id": "1" * 32},
                headers={"Authorization": "Bearer eyJ.eyJ.x"},
            )
    assert (said.status_code, said.json()["code"]) == told
