"""What Stripe checks before it makes a Checkout Session.

Source: docs.stripe.com/api/checkout/sessions/create; sentences as its API answers them.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from preau.local.stripe import customers, errors
from preau.local.stripe.context import Call
from preau.local.stripe.errors import StripeError
from preau.local.stripe.pages import money
from preau.local.stripe.params import Raw

MINUTE = 60
SHORTEST, LONGEST = 30 * MINUTE, 24 * 60 * MINUTE
# Stripe was seen to accept 1,799 s: the caller's clock and the way there are forgiven a little.
GRACE = 10
REFERENCE = re.compile(r"^[A-Za-z0-9_-]{1,200}$")
# docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in minor units
SMALLEST = {"eur": 50, "usd": 50, "gbp": 30, "chf": 50, "cad": 50}


def no_longer_supported(raw: Raw) -> None:
    """Refuse what API version 2026-09-30.endive took away."""
    if "payment_method_types" in raw:
        raise StripeError(
            "The `payment_method_types` parameter is no longer supported. Use dynamic payment "
            "methods, `allowed_payment_method_types` or `excluded_payment_method_types`.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )


def check(call: Call) -> None:
    """Raise StripeError for a session that Stripe, or the stand-in, would not make."""
    params = call.params
    if "mode" not in params:
        raise errors.missing_parameter("mode")
    if params["mode"] != "payment":
        raise errors.unsupported("mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise errors.unsupported("ui_mode")
    if "success_url" not in params:
        raise errors.missing_parameter("success_url")
    for name in ("success_url", "cancel_url"):
        _url(params.get(name), name)
    _buyer(call)
    _expiry(params.get("expires_at"), call.now)
    reference = params.get("client_reference_id")
    if reference is not None and not REFERENCE.match(reference):
        raise StripeError(
            "Invalid client_reference_id: up to 200 letters, digits, dashes or underscores.",
            param="client_reference_id",
        )


def smallest(amount: int, currency: str, param: str, noun: str) -> None:
    """Refuse an amount that Stripe would not charge; nothing at all is allowed."""
    whole(amount, currency, param)
    least = SMALLEST.get(currency, 1)
    if 0 < amount < least:
        raise StripeError(
            f"{noun} must be at least {least / 100:.2f} {currency}.",
            code="amount_too_small",
            param=param,
        )


def whole(amount: int, currency: str, param: str) -> None:
    """Refuse the third decimal of a dinar: Stripe wants a 0 there; the sentence is ours."""
    if currency in money.THREE_DECIMALS.split() and amount % 10:
        raise StripeError(
            f"Amounts in {currency} must end with 0: Stripe supports two of its three decimals.",
            param=param,
        )


def _url(url: str | None, param: str) -> None:
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
        raise StripeError("Not a valid URL", code="url_invalid", param=param)


def _buyer(call: Call) -> None:
    params = call.params
    if "customer" in params and "customer_email" in params:
        raise errors.exclusive(["customer", "customer_email"])
    if "customer" in params and "customer_creation" in params:
        raise errors.exclusive(["customer", "customer_creation"])
    if "customer" in params:
        customers.get(call, params["customer"], "customer", status=400)
    customers.check_email(params.get("customer_email"), "customer_email")


def _expiry(expires_at: int | None, now: int) -> None:
    if expires_at is None:
        return
    if expires_at < now + SHORTEST - GRACE:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if expires_at > now + LONGEST + GRACE:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
