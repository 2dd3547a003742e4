"""What a function gets for a request: the service client, the settings, and its caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import httpx
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from supabase import AsyncClient
from supabase_auth.errors import AuthError, AuthRetryableError

from preau.client import ServiceClient, caller_client
from preau.errors import ExpectedError, RetryableError
from preau.languages import accepted
from preau.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What the functions of a process share; made at start, closed at the end."""

    db: ServiceClient
    http: httpx.AsyncClient
    settings: Settings


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person, with a client that may do what they may do."""

    user_id: str
    client: AsyncClient


def services(request: Request) -> Services:
    """Return the services of the running app."""
    found: Services = request.app.state.services
    return found


_bearer = HTTPBearer(
    auto_error=False,
    description="The access token of a signed-in person, as `supabase.functions.invoke` sends it.",
)


async def caller(
    shared: Annotated[Services, Depends(services)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Return who calls. Auth itself is asked, so a deleted or signed-out person is nobody."""
    if credentials is None or not credentials.credentials:
        raise _not_signed_in("Vous devez être connecté.")
    token = credentials.credentials
    if not token.isascii():  # no token is, and no header could carry it on
        raise _not_signed_in("Votre session n'est plus valable.")
    client = await caller_client(shared.settings, shared.http, token)
    try:
        answer = await client.auth.get_user(token)
    except AuthRetryableError as error:
        raise RetryableError("auth_unavailable", str(error)) from error
    except AuthError as error:
        # A limit, a fault or an answer that cannot be read says nothing about the token.
        status = getattr(error, "status", 500)
        if status == 429 or status >= 500:
            raise RetryableError("auth_unavailable", str(error)) from error
        raise _not_signed_in("Votre session n'est plus valable.") from error
    if answer is None:
        raise _not_signed_in("Votre session n'est plus valable.")
    return Caller(answer.user.id, client)


def _not_signed_in(message: str) -> ExpectedError:
    return ExpectedError("not_signed_in", message, 401, "Sign in and send the access token.")


def languages(
    accept_language: Annotated[
        str | None,
        Header(description="Decides the language of sentences where the person has chosen none."),
    ] = None,
) -> list[str]:
    """Return the languages that the caller's browser asks for, the most wanted first."""
    return accepted(accept_language)


ServicesOf = Annotated[Services, Depends(services)]
CallerOf = Annotated[Caller, Depends(caller)]
LanguagesOf = Annotated[list[str], Depends(languages)]
