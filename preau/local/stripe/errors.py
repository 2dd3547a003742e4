"""Stripe's errors: one shape, and the sentences and codes its API answers with.

Shape: `{"error": {"type", "code", "message", "param", "doc_url", "request_log_url"}}`; absent
fields are left out, as Stripe does. Source: docs.stripe.com/api/errors and /error-codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class StripeError(Exception):
    """A request is refused; carries the HTTP status and what Stripe would say.

    `saved` tells that the endpoint had begun its work, so that the answer is kept under the
    request's idempotency key; a refusal by validation is not kept. `retry` fills
    `Stripe-Should-Retry`. `more` holds further fields of the answer, such as `payment_intent`.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        saved: bool = False,
        retry: bool | None = None,
        more: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.saved = saved
        self.retry = retry
        self.more = more or {}

    def body(self, request_id: str, account_id: str | None) -> Json:
        """Return the JSON answer."""
        error: Json = {}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = doc_url(self.code)
        error["message"] = self.message
        if self.param:
            error["param"] = self.param
        if account_id:
            error["request_log_url"] = (
                f"https://dashboard.stripe.com/{account_id}/test/workbench/logs?object={request_id}"
            )
        error["type"] = self.kind
        error |= self.more
        return {"error": dict(sorted(error.items()))}


def doc_url(code: str) -> str:
    """Return the page of Stripe's documentation that explains a code."""
    return f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"


def no_key() -> StripeError:
    """No API key was sent."""
    return StripeError(
        "You did not provide an API key. You need to provide your API key in the Authorization "
        "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
        "https://stripe.com/docs/api#authentication for details, or we can help at "
        "https://support.stripe.com/.",
        status=401,
    )


def bad_key(key: str) -> StripeError:
    """The key belongs to no account here; only its ends are repeated."""
    if key.startswith(("sk_live_", "rk_live_")):
        return StripeError(
            "This is the local Stripe stand-in and a live key was sent to it. Take the live key "
            "out of this environment; `preau env` prints the keys of the local stack.",
            status=401,
        )
    masked = key[:8] + "*" * max(4, len(key) - 12) + key[-4:] if len(key) > 12 else "*" * len(key)
    return StripeError(f"Invalid API Key provided: {masked}", status=401)


def no_such_account(key: str, account: str) -> StripeError:
    """`Stripe-Account` names an account this key has no hold of."""
    return StripeError(
        f"The provided key '{key[:8]}***' does not have access to account '{account}' (or that "
        "account does not exist). Application access may have been revoked.",
        status=403,
        code="account_invalid",
    )


def unknown_route(method: str, path: str) -> StripeError:
    """Neither Stripe nor the stand-in, or only the stand-in, lacks this route."""
    return StripeError(
        f"Unrecognized request URL ({method}: {path}). The local Stripe stand-in does not serve "
        "it; see preau/local/stripe/nouns.py for what it serves.",
        status=404,
    )


def unknown_parameters(names: Sequence[str]) -> StripeError:
    """Parameters that the API version does not have."""
    noun = "parameter" if len(names) == 1 else "parameters"
    return StripeError(
        f"Received unknown {noun}: {', '.join(names)}", code="parameter_unknown", param=names[0]
    )


def unsupported(name: str) -> StripeError:
    """Stripe has this parameter, the stand-in does not act on it: never in silence."""
    return StripeError(
        f"The local Stripe stand-in does not act on '{name}' yet. Leave it out, or use Stripe "
        "itself with STRIPE_SECRET_KEY=sk_test_….",
        code="standin_unsupported",
        param=name,
    )


def missing_parameter(name: str) -> StripeError:
    """A parameter that must be there is not."""
    return StripeError(f"Missing required param: {name}.", code="parameter_missing", param=name)


def empty_parameter(name: str) -> StripeError:
    """An empty string was sent for something that can't be unset."""
    return StripeError(
        f"You passed an empty string for '{name}'. We assume empty values are an attempt to "
        f"unset a parameter; however '{name}' cannot be unset. You should remove '{name}' from "
        "your request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=name,
    )


def invalid_integer(name: str, message: str) -> StripeError:
    """Not an integer, or out of its range."""
    return StripeError(message, code="parameter_invalid_integer", param=name)


def exclusive(names: Sequence[str]) -> StripeError:
    """Two parameters exclude each other."""
    return StripeError(
        f"You may only specify one of these parameters: {', '.join(names)}.",
        code="parameters_exclusive",
        param=names[0],
    )


def no_such(noun: str, identifier: str, param: str, *, status: int = 404) -> StripeError:
    """An object is not there, or belongs to another account: 404 in the path, 400 in a body."""
    return StripeError(
        f"No such {noun}: '{identifier}'", status=status, code="resource_missing", param=param
    )
