"""What an endpoint is given: the account, the open transaction, the time, the parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import stripe

from preau.local.stripe.accounts import Account
from preau.local.stripe.errors import Json
from preau.local.stripe.store import Transaction

API_VERSION: str = stripe.api_version


@dataclass(frozen=True, kw_only=True)
class Context:
    """The account at work, within one transaction.

    `now` is in epoch seconds of the stand-in's clock. `request_id` and `idempotency_key` are
    those of the API request, and None for what a buyer or the clock did.
    """

    account: Account
    tx: Transaction
    now: int
    base_url: str
    request_id: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class Call(Context):
    """One API request, its parameters already checked against the endpoint's schema.

    `client_secret` is what a browser showed with its publishable key; None for the secret key.
    """

    client_secret: str | None = None
    params: Json = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One endpoint: where it is, what it takes, what it does.

    `params` is the library's parameter class; `accepts` names what of it the endpoint acts on
    (see `schema.check`). A `publishable` one may be called from a browser, with the publishable
    key, and then asks for the object's client secret by itself.
    """

    method: str
    path: str
    run: Callable[[Call], Json]
    params: type
    accepts: frozenset[str] = frozenset()
    publishable: bool = False


def operation(
    method: str,
    path: str,
    run: Callable[[Call], Json],
    params: type,
    accepts: str = "",
    *,
    publishable: bool = False,
) -> Operation:
    """Return an operation; `accepts` is written as words."""
    return Operation(
        method=method,
        path=path,
        run=run,
        params=params,
        accepts=frozenset(accepts.split()),
        publishable=publishable,
    )
