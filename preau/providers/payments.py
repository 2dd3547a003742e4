"""What Préau asks of a payment provider, whichever it is. Amounts are integers in minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a checkout page."""

    name: str
    unit_amount: int
    quantity: int


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """A checkout page to be made. The same `idempotency_key` always gives the same page.

    `expires_at` is in epoch seconds; `metadata` comes back with every event about the payment.
    """

    reference: str
    customer_id: str
    currency: str
    lines: Sequence[Line]
    locale: str
    success_url: str
    cancel_url: str
    expires_at: int
    metadata: Mapping[str, str]
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page that was made. `expires_at` is in epoch seconds."""

    id: str
    url: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class IntentRequest:
    """A payment to be made for a form of the academy's own. The same key gives the same payment."""

    customer_id: str
    amount: int
    currency: str
    description: str
    metadata: Mapping[str, str]
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment that was made. `client_secret` lets one complete it, so it is stored nowhere."""

    id: str
    client_secret: str


class PaymentProvider(Protocol):
    """One account with one provider.

    Every method raises RetryableError, PermanentError or ExpectedError (`preau.errors`).
    """

    async def ensure_customer(
        self, email: str, name: str | None, metadata: Mapping[str, str], idempotency_key: str
    ) -> str:
        """Make a customer, or return the one this key made before; the answer is its id."""
        ...

    async def create_checkout(self, request: CheckoutRequest) -> Checkout:
        """Make a checkout page, or return the one its key made before."""
        ...

    async def close_checkout(self, session_id: str) -> bool:
        """Make a page unpayable; False if it is too late, since it has been paid."""
        ...

    async def retrieve_checkout(self, session_id: str) -> dict[str, Any]:
        """Return the page's present state, in the shape `worker.settle_checkout` compares.

        `{"id", "status", "payment_status", "amount_total", "currency", "client_reference_id",
        "customer", "payment_intent", "metadata", "intent_status", "method", "error_code",
        "error_message"}`; absent values are None.
        """
        ...

    async def create_intent(self, request: IntentRequest) -> Intent:
        """Make a payment for a form, or return the one its key made before."""
        ...

    async def open_intent(self, intent_id: str) -> Intent | None:
        """Return a payment made before, for the same form; None once it can't be paid any more."""
        ...

    async def cancel_intent(self, intent_id: str) -> bool:
        """Make a payment unpayable; False if it is too late, since the money is on its way."""
        ...

    async def retrieve_intent(self, intent_id: str) -> dict[str, Any]:
        """Return the payment's present state, in the shape `worker.settle_intent` compares.

        `{"id", "status", "amount", "amount_received", "currency", "customer", "metadata", "method",
        "error_code", "error_message"}`; absent values are None.
        """
        ...
