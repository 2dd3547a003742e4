"""Talking to Supabase: the service client of workers and functions, and a client for one caller.

One httpx client a process carries everything. supabase-py's own would be HTTP/2 with a time-out of
120 s and no way to close it, and idle HTTP/2 connections that the server drops are its best known
trouble (supabase-py #1064, #1075).
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
from supabase import AsyncClient, AsyncClientOptions, acreate_client

from preau.api_errors import note_status, translated
from preau.errors import ExpectedError, PreauError
from preau.retry import with_retries

if TYPE_CHECKING:
    from postgrest import AsyncPostgrestClient

    from preau.settings import Settings

_Result = TypeVar("_Result")
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})

_BAD_TOKEN = frozenset({"PGRST301", "PGRST302", "PGRST303"})


def is_loopback(url: str) -> bool:
    """Tell whether the URL's host is this machine."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS


def new_http_client(url: str, *, connections: int = 100) -> httpx.AsyncClient:
    """Return an HTTP/1.1 client for Supabase at `url`; proxies are not asked for loopback."""
    return httpx.AsyncClient(
        http2=False,
        timeout=httpx.Timeout(10, connect=3),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        trust_env=not is_loopback(url),
        event_hooks={"response": [note_status]},
    )


class ServiceClient:
    """Calls the RPC of the schema `worker` with the secret key.

    Nobody is ever signed in on it: supabase-py would replace the key by that person's token.
    """

    def __init__(self, client: AsyncClient, http: httpx.AsyncClient) -> None:
        self.http = http
        self._worker: AsyncPostgrestClient = client.schema("worker")

    @classmethod
    async def connect(cls, settings: Settings, http: httpx.AsyncClient | None = None) -> Self:
        """Return a client for the project that the settings name; no request is made yet."""
        url = settings.require_url()
        http = http or new_http_client(url)
        options = AsyncClientOptions(
            auto_refresh_token=False, persist_session=False, httpx_client=http
        )
        return cls(await acreate_client(url, settings.require_secret_key(), options), http)

    async def call(
        self, function: str, params: Mapping[str, Any] | None = None, *, attempts: int = 3
    ) -> Any:
        """Return what `worker.<function>(**params)` returns, as decoded JSON (void gives []).

        The functions of that schema are safe to repeat, so passing failures are retried up to
        `attempts` times. Raises RetryableError (network, overload), RefusedError (the function
        refused with PT4xx), PermanentError (it did not find what it was given) or, for any other
        database error, PreauError with its code.
        """
        request = self._worker.rpc(function, dict(params or {}))

        async def once() -> Any:
            return (await translated(request.execute())).data

        return await (once() if attempts == 1 else with_retries(once, attempts))

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def caller_client(settings: Settings, http: httpx.AsyncClient, token: str) -> AsyncClient:
    """Return a client that acts as the owner of `token`, so that every policy applies to it."""
    options = AsyncClientOptions(
        auto_refresh_token=False,
        persist_session=False,
        httpx_client=http,
        headers={"Authorization": f"Bearer {token}"},
    )
    return await acreate_client(settings.require_url(), settings.require_publishable_key(), options)


async def as_caller(request: Awaitable[_Result]) -> _Result:
    """Await a request of a `caller_client`; a token that is not accepted is an ExpectedError 401.

    Raises otherwise what `ServiceClient.call` raises.
    """
    try:
        return await translated(request)
    except PreauError as error:
        if error.code in _BAD_TOKEN:
            raise ExpectedError(
                "invalid_token", error.message, 401, "Sign in again and send the new access token."
            ) from error
        raise
