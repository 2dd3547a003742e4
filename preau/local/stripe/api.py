"""What every /v1 request goes through: key, version, parameters, idempotency, one transaction."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import replace
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from preau.local.stripe import errors, expand, idempotency, ids, nouns, params, schema
from preau.local.stripe.accounts import Account
from preau.local.stripe.context import API_VERSION, Call, Operation
from preau.local.stripe.errors import StripeError
from preau.local.stripe.idempotency import Answer
from preau.local.stripe.params import Raw
from preau.local.stripe.session_rules import no_longer_supported
from preau.local.stripe.standin import Standin

log = structlog.get_logger()
FORM = "application/x-www-form-urlencoded"


def routes(standin: Standin) -> list[Route]:
    """Return one route per operation, and one that refuses the rest of /v1 as Stripe does."""
    found = [
        Route(op.path, partial(_serve, standin, op), methods=[op.method]) for op in nouns.OPERATIONS
    ]
    methods = ["GET", "POST", "DELETE", "PUT", "PATCH"]
    unknown = partial(_serve, standin, None)
    return [*found, *(Route(f"/{v}/{{rest:path}}", unknown, methods=methods) for v in ("v1", "v2"))]


async def _serve(standin: Standin, op: Operation | None, request: Request) -> Response:
    """Answer one request; a StripeError at any point becomes its answer."""
    request_id = ids.new("req_", 14)
    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    account: Account | None = None
    replayed: Answer | None = None
    retry: bool | None = None
    try:
        account = _authenticate(standin, request)
        _check_version(request)
        if op is None:
            raise errors.unknown_route(request.method, request.url.path)
        raw = params.decode(await _encoded(request))
        with standin.in_progress.hold(account.account, key):
            await standin.faults.strike(request.method, request.url.path, "before")
            answer, is_new = _execute(standin, op, account, request, raw, request_id, key)
            replayed = None if is_new else answer
            await standin.faults.strike(request.method, request.url.path, "after")
    except StripeError as error:
        body = pretty(error.body(request_id, account.account if account else None))
        answer, retry, replayed = Answer(error.status, body, request_id), error.retry, None
    log.info(
        "request.answered",
        method=request.method,
        path=request.url.path,
        status=answer.status,
        account=account.slug if account else None,
        request_id=request_id,
        replayed=replayed is not None,
    )
    headers = _headers(request_id, key, replayed, retry)
    return Response(answer.body, answer.status, headers, media_type="application/json")


def _execute(
    standin: Standin,
    op: Operation,
    account: Account,
    request: Request,
    raw: Raw,
    request_id: str,
    key: str | None,
) -> tuple[Answer, bool]:
    """Return the answer, and whether it is new rather than kept under the key."""
    path = request.url.path
    refused: StripeError | None = None
    with standin.transaction() as tx:
        call = Call(
            account=account,
            tx=tx,
            now=standin.now(),
            base_url=standin.base_url,
            request_id=request_id,
            idempotency_key=key,
            path=request.path_params,
        )
        kept = idempotency.replay(call, path, raw)
        if kept is not None:
            return kept, False
        no_longer_supported(raw)
        wanted = schema.check(raw, op.params, op.accepts)
        try:
            body = op.run(replace(call, params=wanted))
            expand.expand(call, body, wanted.get("expand", []), nouns.INCLUDES)
            answer = Answer(200, pretty(body), request_id)
        except StripeError as error:
            if not error.saved:
                raise
            refused = error
            answer = Answer(
                error.status, pretty(error.body(request_id, account.account)), request_id
            )
        idempotency.keep(call, path, raw, answer)
    if refused is not None:
        raise refused
    return answer, True


def _authenticate(standin: Standin, request: Request) -> Account:
    """Return the account of the request's key; Bearer, or Basic with the key as user."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    key = value.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key).decode().split(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    if not key:
        raise errors.no_key()
    account = standin.accounts.by_key(key)
    if account is None:
        raise errors.bad_key(key)
    on_behalf = request.headers.get("stripe-account")
    if on_behalf and on_behalf != account.account:
        raise errors.no_such_account(key, on_behalf)
    return account


def _check_version(request: Request) -> None:
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise StripeError(
            f"Invalid Stripe API version: {version}. The local stand-in speaks {API_VERSION}, "
            "the version of the pinned stripe library, and no other."
        )


async def _encoded(request: Request) -> str:
    """Return the request's parameters, still encoded."""
    if request.method != "POST":
        return request.url.query
    body = await request.body()
    kind = request.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if body and kind != FORM:
        raise StripeError(
            "Invalid request (check that your POST content type is "
            "application/x-www-form-urlencoded). If you have any questions, we can help at "
            "https://support.stripe.com/."
        )
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise StripeError("Invalid request (the body is not UTF-8 form data).") from None


def _headers(
    request_id: str, key: str | None, replayed: Answer | None, retry: bool | None
) -> dict[str, str]:
    headers = {
        "Cache-Control": "no-cache, no-store",
        "Request-Id": request_id,
        "Stripe-Version": API_VERSION,
        "X-Standin": "preau.local.stripe",
    }
    if key is not None:
        headers["Idempotency-Key"] = key
        headers["Original-Request"] = replayed.request_id if replayed else request_id
    if replayed is not None:
        headers["Idempotent-Replayed"] = "true"
    if retry is not None:
        headers["Stripe-Should-Retry"] = "true" if retry else "false"
    return headers


def pretty(body: errors.Json) -> str:
    """Return JSON with two spaces of indent, as Stripe's API writes it."""
    return json.dumps(body, ensure_ascii=False, indent=2)
