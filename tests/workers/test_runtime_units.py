"""The small parts of the runtime: verdicts, waits, payloads, errors of the database, logs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import stamina
import structlog
from postgrest import APIError

from preau import log
from preau.api_errors import typed_error
from preau.errors import ExpectedError, PermanentError, PreauError, RefusedError, RetryableError
from preau.jobs import Done, Failed, Lease, verdict
from preau.messages import parse
from preau.retry import DEAD_AT_ONCE, Backoff, RetryPolicy, full_jitter, with_retries
from preau.settings import Settings
from tests.workers.rig import Ping
from workers import emails, invoices

LEASE = Lease(1, 3)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ExpectedError("a", "A."), Done(LEASE)),
        (PermanentError("b", "B."), Failed(LEASE, "b", "b: B.", None)),
        (RefusedError("c", "C.", 404), Failed(LEASE, "c", "c: C.", None)),
        (RetryableError("d", "D.", retry_in=9), Failed(LEASE, "d", "d: D.", 9)),
        (RetryableError("e", "E."), Failed(LEASE, "e", "e: E.", 0.0)),
        (PreauError("f", "F."), Failed(LEASE, "f", "f: F.", 0.0)),
        (KeyError("g"), Failed(LEASE, "KeyError", "'g'", 0.0)),
        (TimeoutError(), Failed(LEASE, "TimeoutError", "TimeoutError", 0.0)),
    ],
)
def test_the_class_of_an_error_decides(error: Exception, expected: Done | Failed) -> None:
    assert verdict(LEASE, error, base=0, cap=0) == expected


@pytest.mark.parametrize(
    ("error", "policy", "retry_in"),
    [
        (RetryableError("c", "C.", retry_in=9), DEAD_AT_ONCE, None),
        (RetryableError("c", "C.", retry_in=9), RetryPolicy(attempts=3), None),
        (RetryableError("c", "C.", retry_in=9), RetryPolicy(attempts=4), 9),
        (PermanentError("c", "C."), RetryPolicy(attempts=4, base=0), 0.0),
        (RefusedError("c", "C."), RetryPolicy(cap=0), 0.0),
    ],
)
def test_a_handlers_policy_for_a_code_goes_before_the_class(
    error: Exception, policy: RetryPolicy, retry_in: float | None
) -> None:
    found = verdict(LEASE, error, base=1, cap=1, policies={"c": policy})
    assert isinstance(found, Failed)
    assert found.retry_in == retry_in


def test_a_policys_waits_replace_the_settings() -> None:
    waits = [_wait(RetryPolicy(base=100.0, cap=200.0)) for _ in range(200)]
    assert 150 < max(waits) <= 200


def _wait(policy: RetryPolicy) -> float:
    found = verdict(LEASE, KeyError(), base=0, cap=0, policies={"KeyError": policy})
    assert isinstance(found, Failed)
    assert found.retry_in is not None
    return found.retry_in


def test_what_is_expected_stays_done_whatever_the_policy() -> None:
    error = ExpectedError("c", "C.")
    assert verdict(LEASE, error, 0, 0, {"c": DEAD_AT_ONCE}) == Done(LEASE)


def test_waits_before_a_retry_double_up_to_the_cap() -> None:
    for attempt, ceiling in [(1, 1.0), (2, 2.0), (5, 16.0), (12, 60.0), (10_000, 60.0)]:
        waits = [full_jitter(attempt, base=1.0, cap=60.0) for _ in range(500)]
        assert 0 <= min(waits) < ceiling * 0.1
        assert ceiling * 0.9 < max(waits) <= ceiling


def test_a_backoff_grows_to_its_cap_and_starts_again() -> None:
    backoff = Backoff(0.1, 1.0)
    waits = [backoff.next() for _ in range(8)]
    backoff.reset()
    # Each wait is 75 to 100 % of 0.1, 0.2, 0.4, 0.8, 1.0, 1.0 …
    for wait, most in zip(waits, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0], strict=True):
        assert 0.75 * most <= wait <= most
    assert backoff.next() <= 0.1


def test_a_backoff_keeps_under_its_cap_and_its_processes_apart() -> None:
    backoff = Backoff(0.1, 1.0)
    for cap in (None, 5.0):
        waits = [backoff.next(cap) for _ in range(500)][10:]
        assert max(waits) <= (cap or 1.0)
        assert max(waits) - min(waits) > 0.2 * (cap or 1.0)


async def test_only_retryable_errors_are_tried_again() -> None:
    calls = 0

    async def call() -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RetryableError("busy", "Later.")
        raise PermanentError("no", "Never.")

    with stamina.set_testing(True, attempts=5), pytest.raises(PermanentError):
        await with_retries(call, attempts=5)
    assert calls == 2


async def test_the_last_error_is_raised_when_the_tries_are_used_up() -> None:
    async def call() -> str:
        raise RetryableError("busy", "Later.")

    with stamina.set_testing(True, attempts=3), pytest.raises(RetryableError):
        await with_retries(call, attempts=3)


def test_an_invalid_payload_is_described_without_its_values() -> None:
    with pytest.raises(PermanentError) as caught:
        parse(Ping, {"n": "alice@example.org"})
    assert caught.value.code == "invalid_payload"
    assert "n: Input should be a valid integer" in caught.value.message
    assert "alice" not in str(caught.value)


@pytest.mark.parametrize(
    ("read", "code"),
    [(emails.read, "mail_incomplete"), (invoices.read, "invoice_incomplete")],
)
def test_a_row_that_makes_nothing_is_described_without_its_values(
    read: Callable[[dict[str, Any]], object], code: str
) -> None:
    with pytest.raises(PermanentError) as caught:
        read({"id": ["alice@example.org"], "number": ["alice@example.org"]})
    assert caught.value.code == code
    assert "Input should be a valid string" in caught.value.message
    assert "Field required" in caught.value.message
    assert "alice" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "status", "kind", "ours"),
    [
        ("PGRST000", 503, RetryableError, "database_unavailable"),
        ("PGRST003", 504, RetryableError, "database_unavailable"),
        ("57014", 500, RetryableError, "database_unavailable"),
        ("40001", 500, RetryableError, "database_unavailable"),
        ("08006", 503, RetryableError, "database_unavailable"),
        ("502", 502, RetryableError, "gateway_unavailable"),
        ("429", 429, RetryableError, "gateway_unavailable"),
        ("upstream_unavailable", 502, RetryableError, "gateway_unavailable"),
        (None, 429, RetryableError, "gateway_unavailable"),
        (None, 503, RetryableError, "gateway_unavailable"),
        ("PT503", 503, RetryableError, "cohort_full"),
        ("PT409", 409, RefusedError, "cohort_full"),
        ("P0002", 404, PermanentError, "not_found"),
        ("23505", 409, PreauError, "23505"),
        ("XX000", 500, PreauError, "XX000"),
        ("PGRST301", 401, PreauError, "PGRST301"),
        ("body_too_large", 413, PreauError, "body_too_large"),
        (None, 404, PreauError, "unknown"),
        (None, 0, PreauError, "unknown"),
    ],
)
def test_errors_of_the_database_get_a_class(
    code: str | None, status: int, kind: type[PreauError], ours: str
) -> None:
    raw: dict[str, Any] = {"code": code, "message": "M.", "details": "cohort_full", "hint": ""}
    error = typed_error(APIError(raw), status)
    assert (type(error), error.code, error.hint) == (kind, ours, None)


def test_a_refusal_keeps_its_status_sentence_and_hint() -> None:
    error = typed_error(
        APIError({"code": "PT409", "message": "Complet.", "details": "full", "hint": "Wait."}), 409
    )
    assert isinstance(error, RefusedError)
    assert (error.status, error.message, error.hint) == (409, "Complet.", "Wait.")


@pytest.mark.parametrize("output", ["json", "console"])
def test_no_secret_reaches_the_log(output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    secrets = ["sk_live_abc123", "rk_test_1", "whsec_xyz", "sb_secret_q-r", "eyJh.eyJz.sig_-1"]
    try:
        log.configure(Settings(log_format=output))
        for secret in secrets:
            log.get_logger().info("key.seen", story=f"used {secret}!")
        log.get_logger().error("key.raised", exc_info=RuntimeError(f"with {secrets[0]}"))
    finally:
        structlog.reset_defaults()
    text = out.getvalue()
    assert "used" in text
    assert "•••" in text
    assert not [secret for secret in secrets if secret in text]


@pytest.mark.parametrize(
    "secret",
    [
        *("sk_live_aB3", "sk_test_aB3", "rk_live_aB3", "rk_test_aB3", "sb_secret_q-R_2"),
        *("whsec_aB3", "whsec_ab+cd/ef==", "pi_3A_secret_b4", "seti_1B_secret_c5"),
        *("SG.ab-c.d_e-f", "xkeysib-0a1b-xY", "eyJh.eyJz-_.sig_-1"),
    ],
)
def test_each_kind_of_secret_is_masked_whole(secret: str) -> None:
    assert log.masked(f"{secret}, then '{secret}'") == "•••, then '•••'"


def test_a_link_to_leave_keeps_its_address_and_not_its_token() -> None:
    line = 'GET /functions/v1/unsubscribe/aB3_-9 "200"'
    assert log.masked(line) == 'GET /functions/v1/unsubscribe/••• "200"'


def test_names_of_things_at_a_provider_stay_readable() -> None:
    line = "pi_3A, seti_1B, cs_test_c3, pk_live_d4, sb_publishable_e5 and SG. of /unsubscribe"
    assert log.masked(line) == line


def test_a_log_line_is_one_json_object(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    try:
        log.configure(Settings(log_format="json", log_level="info"))
        log.get_logger(queue="q").info("job.done", msg_id=4)
        log.get_logger().debug("job.claimed")
    finally:
        structlog.reset_defaults()
    [line] = [json.loads(text) for text in out.getvalue().splitlines()]
    assert (line["event"], line["queue"], line["msg_id"], line["level"]) == (
        "job.done",
        "q",
        4,
        "info",
    )
