"""The Stripe adapter: whose key, which host, and what Stripe's answers become."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid4

import pytest
import stripe

from preau.errors import ExpectedError, PermanentError, PreauError, RetryableError
from preau.providers.accounts import ProviderAccount
from preau.providers.payments import CheckoutRequest, Line
from preau.providers.stripe import STRIPE_API, StripePayments, api_base
from preau.providers.stripe_errors import UnknownOutcomeError
from preau.providers.stripe_errors import typed_error as typed
from preau.settings import Settings
from tests.support.standin import Standin

ACCOUNT = ProviderAccount(
    id=UUID(int=1),
    slug="mecaformation-stripe",
    provider="stripe",
    mode="test",
    secret_name="STRIPE_MECAFORMATION",
    academy_id=UUID(int=2),
    academy_slug="mecaformation",
)
OWN = {"STRIPE_MECAFORMATION_SECRET_KEY": "own"}
DEFAULT = {"STRIPE_SECRET_KEY": "default"}


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (OWN | DEFAULT, "own"),
        (OWN, "own"),
        (DEFAULT, "default"),
        (DEFAULT | {"STRIPE_MECAFORMATION_SECRET_KEY": " "}, "default"),
        (DEFAULT | {"STRIPE_AURORA50_SECRET_KEY": "theirs"}, "default"),
    ],
)
def test_an_accounts_own_secret_goes_before_the_default(env: dict[str, str], expected: str) -> None:
    assert ACCOUNT.secret("SECRET_KEY", env) == expected


def test_a_missing_secret_names_the_variables() -> None:
    with pytest.raises(PermanentError, match="STRIPE_MECAFORMATION_WEBHOOK_SECRET or STRIPE_WEBH"):
        ACCOUNT.secret("WEBHOOK_SECRET", OWN | DEFAULT)


def test_a_live_account_never_takes_the_default() -> None:
    live = ACCOUNT.model_copy(update={"mode": "live"})
    assert live.secret("SECRET_KEY", OWN | DEFAULT) == "own"
    with pytest.raises(PermanentError, match=r"Set STRIPE_MECAFORMATION_SECRET_KEY where"):
        live.secret("SECRET_KEY", DEFAULT)


def test_an_accounts_mail_server_is_not_given_the_environments_password() -> None:
    """Its row names any server at all; the password is that of SMTP_HOST."""
    server = ACCOUNT.model_copy(update={"provider": "smtp", "secret_name": "SMTP_AURORA50"})
    assert server.secret("PASSWORD", {"SMTP_AURORA50_PASSWORD": "own"}) == "own"
    for unnamed in (server, server.model_copy(update={"secret_name": None})):
        with pytest.raises(PermanentError, match="secret_missing"):
            unnamed.secret("PASSWORD", {"SMTP_PASSWORD": "ours", "SMTP_AURORA50_PASSWORD": ""})


@pytest.mark.parametrize(("mode", "key"), [("live", "sk_test_1"), ("test", "rk_live_1")])
def test_a_key_of_the_other_mode_is_refused(
    monkeypatch: pytest.MonkeyPatch, mode: str, key: str
) -> None:
    monkeypatch.setattr(ProviderAccount, "secret", lambda *_: key)
    account = ACCOUNT.model_copy(update={"mode": mode})
    with pytest.raises(PermanentError, match=r"in (live|test) mode, its key is not"):
        StripePayments(account, Settings(stripe_api_base=None))


@pytest.mark.parametrize("base", [None, STRIPE_API, "http://127.0.0.1:1", "http://localhost:1"])
def test_stripe_itself_and_this_machine_are_allowed(base: str | None) -> None:
    assert api_base(Settings(stripe_api_base=base)) == (base or STRIPE_API)


@pytest.mark.parametrize(
    "base",
    [
        "https://api.stripe.com.evil.example",
        "http://api.stripe.com",
        "https://evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "ftp",
    ],
)
def test_any_other_host_is_refused(base: str) -> None:
    with pytest.raises(PermanentError, match="neither Stripe nor this machine"):
        api_base(Settings(stripe_api_base=base))


@pytest.mark.usefixtures("provider_secrets")
async def test_a_live_key_is_not_sent_to_the_standin(
    function_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProviderAccount, "secret", lambda *_: "rk_live_123")
    with pytest.raises(PermanentError, match="live key"):
        StripePayments(ACCOUNT, function_settings)


def request(key: str, customer: str, **changes: Any) -> CheckoutRequest:
    """A page to be made."""
    facts: dict[str, Any] = {
        "reference": str(uuid4()),
        "customer_id": customer,
        "currency": "EUR",
        "lines": [Line("CAP", 47000, 1), Line("Manuel", 4700, 2)],
        "locale": "fr-TN",
        "success_url": "https://mecaformation.fr/merci",
        "cancel_url": "https://mecaformation.fr/",
        "expires_at": int(time.time()) + 3600,
        "metadata": {"order_id": "o", "attempt_id": "a"},
        "idempotency_key": key,
    }
    return CheckoutRequest(**(facts | changes))


@pytest.fixture
async def provider(function_settings: Settings) -> StripePayments:
    return StripePayments(ACCOUNT, function_settings)


async def customer(provider: StripePayments, key: str, name: str = "Zoé") -> str:
    return await provider.ensure_customer("zoe@example.fr", name, {"user_id": "u"}, key)


async def test_a_page_carries_what_was_ordered(provider: StripePayments, standin: Standin) -> None:
    page = await provider.create_checkout(request(f"k{uuid4()}", await customer(provider, "c1")))
    state = await provider.retrieve_checkout(page.id)
    assert (state["amount_total"], state["currency"], state["status"]) == (56400, "eur", "open")
    assert (state["payment_status"], state["payment_intent"]) == ("unpaid", None)
    assert state["metadata"] == {"order_id": "o", "attempt_id": "a"}
    await standin.pay(page.id)
    paid = await provider.retrieve_checkout(page.id)
    assert (paid["payment_status"], paid["status"]) == ("paid", "complete")
    intent = await standin.as_account().v1.payment_intents.retrieve_async(paid["payment_intent"])
    assert intent.metadata.to_dict() == {"order_id": "o", "attempt_id": "a"}


async def test_the_same_key_gives_the_same_page(provider: StripePayments) -> None:
    wanted = request(f"k{uuid4()}", await customer(provider, "c1"))
    assert await provider.create_checkout(wanted) == await provider.create_checkout(wanted)


async def test_the_same_key_with_another_order_is_refused(provider: StripePayments) -> None:
    key, who = f"k{uuid4()}", await customer(provider, "c1")
    await provider.create_checkout(request(key, who))
    with pytest.raises(PermanentError) as caught:
        await provider.create_checkout(request(key, who))
    assert caught.value.code == "payment_provider_refused"


async def test_the_same_person_is_one_customer(provider: StripePayments) -> None:
    key = f"k{uuid4()}"
    assert await customer(provider, key) == await customer(provider, key)


async def test_a_name_that_changed_meanwhile_is_no_error(provider: StripePayments) -> None:
    key = f"k{uuid4()}"
    await customer(provider, key)
    assert await customer(provider, key, name="Zoë")


async def test_an_open_page_can_be_closed_and_a_paid_one_not(
    provider: StripePayments, standin: Standin
) -> None:
    who = await customer(provider, "c1")
    opened = await provider.create_checkout(request(f"k{uuid4()}", who))
    paid = await provider.create_checkout(request(f"k{uuid4()}", who))
    await standin.pay(paid.id)
    assert await provider.close_checkout(opened.id)
    assert await provider.close_checkout(opened.id)
    assert not await provider.close_checkout(paid.id)


async def test_a_locale_that_stripe_has_no_words_for_is_left_to_the_browser(
    provider: StripePayments, standin: Standin
) -> None:
    who = await customer(provider, "c1")
    sessions = standin.as_account().v1.checkout.sessions
    for locale, shown in [("fr-TN", "fr"), ("ar", "auto")]:
        page = await provider.create_checkout(request(f"k{uuid4()}", who, locale=locale))
        assert (await sessions.retrieve_async(page.id)).locale == shown


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (("APIConnectionError",), UnknownOutcomeError, "payment_provider_unreachable"),
        (("APIError", None, 409), UnknownOutcomeError, "payment_provider_busy"),
        (("APIError", None, 500), RetryableError, "payment_provider_error"),
        (("RateLimitError", None, 429), RetryableError, "payment_provider_error"),
        (("AuthenticationError", None, 401), PermanentError, "payment_provider_refused"),
        (("PermissionError", None, 403), PermanentError, "payment_provider_refused"),
        (("IdempotencyError", None, 400), PermanentError, "payment_provider_refused"),
        (("InvalidRequestError", "param"), PermanentError, "payment_provider_refused"),
        (
            ("InvalidRequestError", "param", "resource_missing"),
            PermanentError,
            "payment_object_missing",
        ),
        (("CardError", "param", "card_declined"), ExpectedError, "card_declined"),
    ],
)
def test_errors_of_stripe_get_a_class(
    error: tuple[Any, ...], kind: type[PreauError], code: str
) -> None:
    name, *facts = error
    ours = typed(getattr(stripe, name)("x", *facts))
    assert (type(ours), ours.code) == (kind, code)


def test_a_rate_limit_is_waited_for_as_long_as_stripe_asks() -> None:
    ours = typed(stripe.RateLimitError("x", http_status=429, headers={"retry-after": "7"}))
    assert isinstance(ours, RetryableError)
    assert ours.retry_in == 7.0
