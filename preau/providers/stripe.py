"""Stripe, for one account of one academy.

Every creating call carries an idempotency key that was stored before it, so a repeated call after a
crash gives what the first one made (docs.stripe.com/api/idempotent_requests). The library repeats
connection errors, 409 and 5xx by itself with the same key.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import stripe

from preau.client import is_loopback
from preau.errors import PermanentError
from preau.providers.stripe_checkouts import Checkouts
from preau.providers.stripe_errors import typed
from preau.providers.stripe_intents import Intents

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams

    from preau.providers.accounts import ProviderAccount
    from preau.settings import Settings

TIMEOUT_SECONDS = 10.0
STRIPE_API = "https://api.stripe.com"
_transports: WeakKeyDictionary[asyncio.AbstractEventLoop, stripe.HTTPXClient] = WeakKeyDictionary()


class StripePayments(Checkouts, Intents):
    """A `PaymentProvider` over Stripe's API. `client` is for the calls that other files make."""

    def __init__(self, account: ProviderAccount, settings: Settings) -> None:
        key = account.secret("SECRET_KEY")
        base = api_base(settings)
        if base != STRIPE_API and "_live_" in key:
            raise PermanentError(
                "live_key_refused",
                f"The live key of {account.slug} is not sent to the stand-in.",
                "Use a test key, or leave STRIPE_API_BASE empty.",
            )
        if ("_live_" in key) != (account.mode == "live"):
            raise PermanentError(
                "key_of_other_mode",
                f"The account {account.slug} is in {account.mode} mode, its key is not.",
                "Correct the key, or the mode in private.provider_accounts.",
            )
        self.client = stripe.StripeClient(
            key,
            base_addresses={"api": base},
            max_network_retries=2,
            http_client=_transport(),
        )

    async def ensure_customer(
        self, email: str, name: str | None, metadata: Mapping[str, str], idempotency_key: str
    ) -> str:
        """Make a customer, or return the one this key made before; the answer is its id."""
        params: CustomerCreateParams = {"email": email, "metadata": dict(metadata)}
        if name:
            params["name"] = name
        # Stripe refuses a key that comes back with other parameters, so a name or an address that
        # changed since a crash makes another customer instead of an error for a day.
        digest = hashlib.sha256(repr((email, name)).encode()).hexdigest()[:16]
        options: stripe.RequestOptions = {"idempotency_key": f"{idempotency_key}:{digest}"}
        return (await typed(self.client.v1.customers.create_async(params, options))).id


def api_base(settings: Settings) -> str:
    """Return where Stripe's API is; anything but Stripe itself must be on this machine."""
    base = (settings.stripe_api_base or STRIPE_API).rstrip("/")
    if base != STRIPE_API and not is_loopback(base):
        raise PermanentError(
            "stripe_base_refused",
            f"STRIPE_API_BASE is {base}, which is neither Stripe nor this machine.",
            "Leave it empty to use Stripe.",
        )
    return base


def _transport() -> stripe.HTTPXClient:
    """Return the event loop's connection pool: clients of all accounts share it."""
    loop = asyncio.get_running_loop()
    if loop not in _transports:
        _transports[loop] = stripe.HTTPXClient(timeout=TIMEOUT_SECONDS)
    return _transports[loop]
