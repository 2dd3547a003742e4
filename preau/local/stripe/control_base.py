"""What the controls under /_standin/ share: how they refuse, what they read."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from preau.local.stripe.accounts import Account
from preau.local.stripe.errors import Json
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import Transaction

Control = Callable[[Standin, Request], Awaitable[Json | Response]]


class RefusedError(Exception):
    """A control was misused; the message says how to use it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Strict(BaseModel):
    """A control's body: what it doesn't know, it refuses."""

    model_config = ConfigDict(extra="forbid")


async def read_body(request: Request) -> Any:
    """Return the request's JSON."""
    raw = await request.body()
    try:
        return json.loads(raw or b"{}")
    except ValueError:
        raise RefusedError("The body must be JSON.") from None


def account_id(standin: Standin, name: str | None) -> str | None:
    """Return the `acct_…` of a slug, or None for all accounts."""
    if name is None:
        return None
    account = standin.accounts.named(name)
    if account is None:
        known = ", ".join(a.slug for a in standin.accounts)
        raise RefusedError(f"No account {name}; there are: {known}.", 404)
    return account.account


def owner_of(standin: Standin, tx: Transaction, identifier: str, kind: str) -> Account:
    """Return the account that holds an object, whoever's it is."""
    row = tx.row("find_anywhere", id=identifier, object=kind)
    account = standin.accounts.by_id(row["account"]) if row else None
    if account is None:
        raise RefusedError(f"No such {kind}: {identifier}", 404)
    return account
