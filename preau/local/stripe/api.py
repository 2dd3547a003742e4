"""What every /v1 request goes through: key, version, parameters, idempotency, one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from preau.local.stripe import errors, expand, idempotency, ids, nouns, params, schema
from preau.local.stripe.accounts import Account
from preau.local.stripe.auth import authenticate, client_secret
from preau.local.stripe.context import API_VERSION, Call, Operation
from preau.local.stripe.cutting import cut
from preau.local.stripe.errors import StripeError
from preau.local.stripe.faults import CutOffError
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
        account, api_key = authenticate(standin.accounts, request)
        _check_version(request)
        if op is None:
            raise errors.unknown_route(request.method, request.url.path)
        raw = params.decode(await _encoded(request))
        sent = dict(raw)
        shown = client_secret(api_key, op, raw)
        with standin.in_progress.hold(account.account, key):
            await standin.faults.strike(request.method, request.url.path, "before")
            wanted = Wanted(op, account, raw, sent, shown, request_id, key)
            answer, is_new = _execute(standin, wanted, request)
            replayed = None if is_new else answer
            await standin.faults.strike(request.method, request.url.path, "after")
    except CutOffError:
        log.info("request.cut", method=request.method, path=request.url.path)
        return await cut(request)
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


@dataclass(frozen=True)
class Wanted:
    """A request that may be carried out; `sent` is what its idempotency key stands for."""

    op: Operation
    account: Account
    raw: Raw
    sent: Raw
    client_secret: str | None
    request_id: str
    key: str | None


def _execute(standin: Standin, wanted: Wanted, request: Request) -> tuple[Answer, bool]:
    """Return the answer, and whether it is new rather than kept under the key."""
    op, request_id = wanted.op, wanted.request_id
    path = request.url.path
    refused: StripeError | None = None
    with standin.transaction() as tx:
        call = Call(
            account=wanted.account,
            tx=tx,
            now=standin.now(),
            base_url=standin.base_url,
            request_id=request_id,
            idempotency_key=wanted.key,
            path=request.path_params,
            client_secret=wanted.client_secret,
        )
        kept = idempotency.replay(call, path, wanted.sent)
        if kept is not None:
            return kept, False
        no_longer_supported(wanted.raw)
        checked = schema.check(wanted.raw, op.params, op.accepts)
        try:
            body = op.run(replace(call, params=checked))
            expand.expand(call, body, checked.get("expand", []), nouns.INCLUDES)
            answer = Answer(200, pretty(body), request_id)
        except StripeError as error:
            if not error.saved:
                raise
            refused = error
            refusal = pretty(error.body(request_id, wanted.account.account))
            answer = Answer(error.status, refusal, request_id)
        idempotency.keep(call, path, wanted.sent, answer)
    if refused is not None:
        raise refused
    return answer, True


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
