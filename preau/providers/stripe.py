"""Stripe, for one account of one academy: customers and Checkout Sessions.

Every creating call carries an idempotency key that was stored before it, so a repeated call after a
crash gives what the first one made (docs.stripe.com/api/idempotent_requests). The library repeats
connection errors, 409 and 5xx by itself with the same key.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import stripe

from preau.client import is_loopback
from preau.errors import ExpectedError, PermanentError, PreauError, RetryableError
from preau.providers.payments import Checkout, CheckoutRequest

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams
    from stripe.params.checkout import SessionCreateParams

    from preau.providers.accounts import ProviderAccount
    from preau.settings import Settings

TIMEOUT_SECONDS = 10.0
STRIPE_API = "https://api.stripe.com"
# docs.stripe.com/js/appendix/supported_locales, by language; others see their browser's language.
_LANGUAGES = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fil",
        "fr",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "mt",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sv",
        "th",
        "tr",
        "vi",
        "zh",
    ]
)
_Result = TypeVar("_Result")
_transports: WeakKeyDictionary[asyncio.AbstractEventLoop, stripe.HTTPXClient] = WeakKeyDictionary()


class UnknownOutcomeError(RetryableError):
    """Stripe did not answer: the call may have taken effect. Repeat it with the same key."""


class StripePayments:
    """A `PaymentProvider` over Stripe's API."""

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
        self._client = stripe.StripeClient(
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
        return (await _typed(self._client.v1.customers.create_async(params, options))).id

    async def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Make a Checkout Session, or return the one its key made before."""
        language = request.locale.split("-")[0].lower()
        params: SessionCreateParams = {
            "mode": "payment",
            "customer": request.customer_id,
            "client_reference_id": request.reference,
            "line_items": [
                {
                    "quantity": line.quantity,
                    "price_data": {
                        "currency": request.currency.lower(),
                        "unit_amount": line.unit_amount,
                        "product_data": {"name": line.name},
                    },
                }
                for line in request.lines
            ],
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
            "expires_at": request.expires_at,
            "locale": language if language in _LANGUAGES else "auto",
            "metadata": dict(request.metadata),
            "payment_intent_data": {"metadata": dict(request.metadata)},
        }
        options: stripe.RequestOptions = {"idempotency_key": request.idempotency_key}
        session = await _typed(self._client.v1.checkout.sessions.create_async(params, options))
        if session.url is None:
            raise PermanentError(
                "no_checkout_url",
                f"Stripe gave {session.id} no page.",
                "Look at the session in Stripe's dashboard.",
            )
        return Checkout(session.id, session.url, session.expires_at)

    async def close_checkout(self, session_id: str) -> bool:
        """Expire a Checkout Session; False if it is too late, since it is complete."""
        try:
            await _typed(self._client.v1.checkout.sessions.expire_async(session_id))
        except PermanentError:  # only an open session expires: see what it is instead
            session = await _typed(self._client.v1.checkout.sessions.retrieve_async(session_id))
            return session.status != "complete"
        return True

    async def retrieve_checkout(self, session_id: str) -> dict[str, Any]:
        """Return the session's present state, in the shape `worker.settle_checkout` compares."""
        session = await _typed(self._client.v1.checkout.sessions.retrieve_async(session_id))
        return {
            "id": session.id,
            "status": session.status,
            "payment_status": session.payment_status,
            "amount_total": session.amount_total,
            "currency": session.currency,
            "client_reference_id": session.client_reference_id,
            "customer": _id_of(session.customer),
            "payment_intent": _id_of(session.payment_intent),
            "metadata": session.metadata.to_dict() if session.metadata else {},
        }


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


def _id_of(value: Any) -> str | None:
    """Return the id of a field that Stripe gives as an id or, expanded, as an object."""
    return value if value is None or isinstance(value, str) else str(value.id)


async def _typed(call: Awaitable[_Result]) -> _Result:
    try:
        return await call
    except stripe.StripeError as error:
        raise typed_error(error) from error


def typed_error(error: stripe.StripeError) -> PreauError:
    """Return what an error of Stripe's means for us; its request id stays in the sentence."""
    story = str(error).strip()
    if isinstance(error, stripe.APIConnectionError):
        return UnknownOutcomeError("payment_provider_unreachable", story)
    if isinstance(error, stripe.CardError):
        return ExpectedError("card_declined", story, 402, "Try another card.")
    if isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing":
        return PermanentError(
            "payment_object_missing", story, "Check that the account's key and mode are right."
        )
    if isinstance(
        error,
        stripe.InvalidRequestError
        | stripe.IdempotencyError
        | stripe.AuthenticationError
        | stripe.PermissionError,
    ):
        return PermanentError(
            "payment_provider_refused", story, "Check the provider account's key and settings."
        )
    if error.http_status == 409:  # a call with the same idempotency key is still under way
        return UnknownOutcomeError("payment_provider_busy", story)
    return RetryableError("payment_provider_error", story, retry_in=_retry_after(error))


def _retry_after(error: stripe.StripeError) -> float | None:
    value = (error.headers or {}).get("retry-after", "")
    return float(value) if value.isdecimal() else None
