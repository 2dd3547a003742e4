"""One shape for every error of every function: `{"code", "message", "hint"}`.

`code` is stable and for programs; `message` and `hint` are for people. A defect of ours answers
`internal_error` with the request's id and nothing else: the story is in the log under that id.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from preau.errors import ExpectedError, PreauError, RetryableError
from preau.log import get_logger

if TYPE_CHECKING:
    from collections.abc import Mapping

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


class Problem(BaseModel):
    """What every error answers."""

    code: str = Field(description="Stable, for programs.", examples=["order_not_found"])
    message: str = Field(description="One sentence, for people.")
    hint: str | None = Field(None, description="What to do next.")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that may answer these statuses (422 and 500 always)."""
    return {status: {"model": Problem} for status in sorted({*statuses, 422, 500})}


def install(app: FastAPI) -> None:
    """Make every error of the app answer in the one shape."""
    app.add_exception_handler(PreauError, _typed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def answer(
    status: int,
    code: str,
    message: str,
    hint: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an error's response."""
    body = Problem(code=code, message=message, hint=hint).model_dump()
    return JSONResponse(body, status, dict(headers or {}))


async def _typed(request: Request, error: Exception) -> JSONResponse:
    log = get_logger(path=request.url.path)
    if isinstance(error, ExpectedError):
        log.info("request.refused", code=error.code, status=error.status)
        return answer(error.status, error.code, error.message, error.hint)
    if isinstance(error, RetryableError):
        log.warning("request.unavailable", code=error.code, message=error.message)
        wait = str(math.ceil(error.retry_in or 5))
        return answer(
            503,
            error.code,
            "Un service nécessaire ne répond pas.",
            "Try again in a few seconds.",
            {"Retry-After": wait},
        )
    return crashed(request.url.path, request.state.request_id, error)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    fault = error.errors()[0]
    place = ".".join(str(part) for part in fault["loc"])
    return answer(422, "invalid_request", f"{place}: {fault['msg']}.", "Correct it and try again.")


async def _http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = _HTTP_CODES.get(error.status_code, "bad_request")
    return answer(error.status_code, code, f"{error.detail}.", headers=error.headers)


def crashed(path: str, request_id: str, error: Exception) -> JSONResponse:
    """Log a defect with its traceback, and return the answer that tells only the request's id."""
    get_logger(path=path).error("request.crashed", exc_info=error)
    return answer(
        500,
        "internal_error",
        "Une erreur est survenue de notre côté.",
        f"Report it with the request id {request_id}.",
    )
