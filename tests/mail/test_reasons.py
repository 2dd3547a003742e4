"""Why a bank or Stripe says no: words for every code there is, and an honest end for a new one."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping

import pytest
import stripe

from preau.languages import LOCALES
from preau.mail import render
from preau.mail.reasons import DISPUTES, REFUNDS, dispute_reason, refund_failure
from preau.providers.stripe_refunds import FINAL
from tests.mail.people import ELODIE, MECAFORMATION, Page, sample

DISPUTE_REASONS = (
    *("bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated"),
    *("debit_not_authorized", "duplicate", "fraudulent", "general", "incorrect_account_details"),
    *("insufficient_funds", "noncompliant", "product_not_received", "product_unacceptable"),
    *("subscription_canceled", "unrecognized"),
)
FAILURE_REASONS = (
    *("charge_for_pending_refund_disputed", "declined", "expired_or_canceled_card"),
    *("insufficient_funds", "lost_or_stolen_card", "merchant_request", "unknown"),
)
SAID = [
    *(("dispute_opened", "reason", code) for code in DISPUTE_REASONS),
    *(("refund_failed", "failure_code", code) for code in (*FAILURE_REASONS, *sorted(FINAL))),
]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("template", "key", "code"), SAID)
def test_a_known_code_is_told_in_words(template: str, key: str, code: str, locale: str) -> None:
    mail = render(template, locale, MECAFORMATION, ELODIE, {**sample(template), key: code})
    words = (dispute_reason if key == "reason" else refund_failure)(code, locale)
    for text in (mail.text, Page(mail.html).text):
        assert words in text
        assert "_" not in text
        assert "'" not in text


@pytest.mark.parametrize("words", [DISPUTES, REFUNDS], ids=["disputes", "refunds"])
def test_both_languages_know_the_same_codes(words: Mapping[str, Mapping[str, str]]) -> None:
    assert set(words) == set(LOCALES)
    assert words["fr"].keys() == words["en"].keys()
    for code in words["fr"]:
        assert words["fr"][code] != words["en"][code]


def test_every_reason_that_stripes_library_names_is_known() -> None:
    assert set(_named(stripe.Dispute, "Reason given by cardholder")) == set(DISPUTE_REASONS)
    assert set(_named(stripe.Refund, "Provides the reason for the refund failure")) == set(
        FAILURE_REASONS
    )


def _named(of: type, sentence: str) -> list[str]:
    """Return the codes that the library's own note on a field lists."""
    (line,) = (each for each in inspect.getsource(of).splitlines() if sentence in each)
    return re.findall(r"`([a-z_]+)`", line)


@pytest.mark.parametrize("said", [dispute_reason, refund_failure])
def test_a_code_nobody_knows_stays_in_brackets(said: Callable[[str, str], str]) -> None:
    assert said("moon_phase", "fr") == "un motif que nous ne connaissons pas (moon_phase)"
    assert said("moon_phase", "en") == "one we do not know (moon_phase)"
    assert said("", "fr") == "un motif que nous ne connaissons pas"


def test_a_code_nobody_knows_is_no_markup() -> None:
    data = {**sample("dispute_opened"), "reason": "<b>new</b>"}
    html = render("dispute_opened", "fr", MECAFORMATION, ELODIE, data).html
    assert "(&lt;b&gt;new&lt;/b&gt;)" in html


def test_a_refund_that_failed_without_a_code_gives_none() -> None:
    data = {**sample("refund_failed"), "failure_code": ""}
    assert "Motif" not in render("refund_failed", "fr", MECAFORMATION, ELODIE, data).text
