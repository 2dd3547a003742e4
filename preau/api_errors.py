"""What the API did not answer as hoped for, as the errors of `preau.errors`.

Three may have said it: Postgres (a SQLSTATE), PostgREST (PGRST…), or what stands before them: the
gateway, a proxy, the network. postgrest-py drops the HTTP status of an answer in JSON, so a
response hook of our HTTP client keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Final, TypeVar

import httpx
from postgrest import APIError

from preau.errors import PermanentError, PreauError, RefusedError, RetryableError

_Result = TypeVar("_Result")

# PostgREST: no connection to Postgres, connection lost, no connection from the pool in time.
_UNAVAILABLE: Final = frozenset({"PGRST000", "PGRST001", "PGRST002", "PGRST003"})
# SQLSTATE classes and codes that pass by themselves: connection, resources, operator intervention
# (statement time-outs and restarts), serialisation failure, deadlock, lock not available.
_PASSING_CLASSES: Final = ("08", "53", "57")
_PASSING_CODES: Final = frozenset({"40001", "40P01", "55P03"})
_PASSING_STATUSES: Final = frozenset({408, 425, 429})
_OF_THE_DATABASE: Final = re.compile(r"[0-9A-Z]{5}|PGRST\w+")

_status: ContextVar[int] = ContextVar("status", default=0)


async def note_status(response: httpx.Response) -> None:
    """Keep the status of the answer for `translated`; a response hook."""
    _status.set(response.status_code)


async def translated(request: Awaitable[_Result]) -> _Result:
    """Await a PostgREST request and turn its failures into the errors of `preau.errors`."""
    _status.set(0)
    try:
        return await request
    except APIError as error:
        raise typed_error(error, _status.get()) from error
    except httpx.TransportError as error:
        raise RetryableError(
            "gateway_unreachable",
            f"Supabase did not answer ({type(error).__name__}).",
            "Check SUPABASE_URL and that the project is up; `preau status` shows the local stack.",
        ) from error


def typed_error(error: APIError, status: int) -> PreauError:
    """Return the typed error for an answer with this HTTP status, 0 where it is not known."""
    code, message = error.code or "unknown", error.message or "The database refused the request."
    hint = error.hint or None
    if code in _UNAVAILABLE or code in _PASSING_CODES or code.startswith(_PASSING_CLASSES):
        return RetryableError("database_unavailable", f"{code}: {message}", hint)
    if not _OF_THE_DATABASE.fullmatch(code) and (status in _PASSING_STATUSES or status >= 500):
        return RetryableError("gateway_unavailable", f"HTTP {status}: {message}", hint)
    if code.startswith("PT") and code[2:].isdigit():
        name = error.details if isinstance(error.details, str) and error.details else code
        if code.startswith("PT5"):
            return RetryableError(name, message, hint)
        return RefusedError(name, message, int(code[2:]), hint)
    if code == "P0002":
        return PermanentError("not_found", message, hint)
    return PreauError(code, message, hint)
