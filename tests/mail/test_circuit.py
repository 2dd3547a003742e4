"""Accounts that fail rest; mails wait for them ever longer, but not for a limit by the second."""

from __future__ import annotations

import time

import pytest

from preau.errors import RetryableError
from preau.providers.mail import accounts
from preau.providers.mail.accounts import Route, choose, ready
from preau.providers.mail.circuit import FAILURES, REST_SECONDS, Circuit
from preau.settings import Settings

DOWN = RetryableError("sendgrid_unavailable", "503")


def ways(number: int) -> list[Route]:
    return [Route(None, Settings()) for _ in range(number)]


def test_an_account_rests_after_five_failures_in_a_row() -> None:
    circuit = Circuit()
    for _ in range(FAILURES - 1):
        circuit.failed(DOWN)
    assert circuit.rest == 0
    circuit.succeeded()
    for _ in range(FAILURES):
        assert circuit.rest == 0
        circuit.failed(DOWN)
    assert REST_SECONDS - 1 < circuit.rest <= REST_SECONDS


@pytest.mark.parametrize("code", ["sendgrid_login_refused", "smtp_login_refused", "secret_missing"])
def test_a_rejected_login_rests_it_at_once(code: str) -> None:
    circuit = Circuit()
    circuit.failed(RetryableError(code, ""))
    assert circuit.rest > 0


def test_a_greylisted_mail_says_nothing_of_the_account() -> None:
    circuit = Circuit()
    for _ in range(20):
        circuit.failed(RetryableError("smtp_deferred", "451"))
    assert circuit.rest == 0


def test_a_resting_account_is_passed_over() -> None:
    first, second = ways(2)
    first.circuit.failed(RetryableError("sendgrid_limited", "429", retry_in=60))
    assert choose([first, second], 1) is second
    assert choose([first, second], 3) is second


def test_when_all_rest_a_mail_waits_ever_longer_but_never_long() -> None:
    (way,) = ways(1)
    way.circuit.failed(RetryableError("secret_missing", ""))
    waits = []
    for attempt in (1, 4, 6, 9, 50):
        with pytest.raises(RetryableError, match="mail_accounts_resting") as caught:
            choose([way], attempt)
        waits.append(round(caught.value.retry_in or 0))
    assert waits == [31, 31, 64, 512, 600]


def test_a_mails_tries_last_a_night() -> None:
    tries = 100  # of the queue emails
    (way,) = ways(1)
    way.circuit.failed(RetryableError("secret_missing", ""))
    spent = 0.0
    for attempt in range(1, tries):
        with pytest.raises(RetryableError) as caught:
            choose([way], attempt)
        spent += caught.value.retry_in or 0
    assert spent > 8 * 3600


async def test_a_limit_by_the_second_is_waited_for() -> None:
    (way,) = ways(1)
    way.circuit.failed(RetryableError("sendgrid_limited", "429", retry_in=0.2))
    begun = time.monotonic()
    assert await ready([way], 1) is way
    assert 0.19 < time.monotonic() - begun < 1


async def test_a_long_rest_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "SHORT_REST", 0.1)
    (way,) = ways(1)
    way.circuit.failed(RetryableError("sendgrid_limited", "429", retry_in=0.2))
    with pytest.raises(RetryableError, match="mail_accounts_resting"):
        await ready([way], 1)
