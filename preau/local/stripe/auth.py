"""Who calls: the account of a key, and what a key that a browser holds may do."""

from __future__ import annotations

import base64
import binascii

from starlette.requests import Request

from preau.local.stripe import errors
from preau.local.stripe.accounts import Account, Accounts
from preau.local.stripe.context import Operation
from preau.local.stripe.errors import StripeError
from preau.local.stripe.params import Raw


def authenticate(accounts: Accounts, request: Request) -> tuple[Account, str]:
    """Return the account and the key of the request; Bearer, or Basic with the key as user."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    key = value.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key).decode().split(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    if not key:
        raise errors.no_key()
    account = accounts.by_key(key)
    if account is None:
        raise errors.bad_key(key)
    on_behalf = request.headers.get("stripe-account")
    if on_behalf and on_behalf != account.account:
        raise errors.no_such_account(key, on_behalf)
    return account, key


def client_secret(key: str, op: Operation, raw: Raw) -> str | None:
    """Return what a browser's call must show, taken out of its parameters; None for the server.

    Raises StripeError for what only the secret key may do. An empty string is a call that showed
    nothing: no object's secret is empty.
    """
    if not key.startswith("pk_"):
        return None
    if not op.publishable:
        raise StripeError(
            "This API call cannot be made with a publishable API key. Please use a secret API key. "
            "You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.",
            status=401,
            code="secret_key_required",
        )
    shown = raw.pop("client_secret", "")
    return shown if isinstance(shown, str) else ""
