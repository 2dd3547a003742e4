"""Who signed a webhook, and when: the table of what is accepted."""

from __future__ import annotations

import json

import pytest
import stripe

from preau.errors import ExpectedError
from preau.providers.stripe_events import verify

NOW = 1_795_000_000
SECRET = "whsec_ours"
BODY = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "customer.created",
        "data": {"object": {"id": "cus_é"}},
    },
    ensure_ascii=False,
).encode()


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: float(NOW))


def sign(body: bytes = BODY, secret: str = SECRET, age: int = 0) -> str:
    """Sign as Stripe does, `age` seconds ago."""
    header: str = stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, NOW - age
    )
    return header


def refused(body: bytes, header: str | None, secrets: str = SECRET) -> bool:
    with pytest.raises(ExpectedError) as caught:
        verify(body, header, secrets)
    return (caught.value.code, caught.value.status) == ("invalid_signature", 400)


@pytest.mark.parametrize("age", [0, 1, 299, 300, -1, -299, -300])
def test_a_stamp_within_five_minutes_is_accepted(age: int) -> None:
    event = verify(BODY, sign(age=age), SECRET)
    assert (event.id, event.type) == ("evt_1", "customer.created")


@pytest.mark.parametrize("age", [301, 3600, 10**9, -301, -3600, -(10**12)])
def test_a_stamp_from_long_ago_or_from_the_future_is_refused(age: int) -> None:
    assert refused(BODY, sign(age=age))


def test_no_byte_of_the_body_may_change() -> None:
    header = sign()
    for position in range(len(BODY)):
        for bit in (1, 0x80):
            changed = bytearray(BODY)
            changed[position] ^= bit
            assert refused(bytes(changed), header)


def test_no_character_of_the_signature_may_change() -> None:
    header = sign()
    start = header.index("v1=") + 3
    for position in range(start, len(header)):
        other = "0" if header[position] != "0" else "1"
        assert refused(BODY, header[:position] + other + header[position + 1 :])


def test_another_accounts_secret_is_refused() -> None:
    assert refused(BODY, sign(secret="whsec_theirs"))


def test_two_secrets_are_valid_while_one_replaces_the_other() -> None:
    for secret in ("whsec_old", "whsec_new"):
        assert verify(BODY, sign(secret=secret), "whsec_old, whsec_new").id == "evt_1"
    assert refused(BODY, sign(secret="whsec_older"), "whsec_old, whsec_new")


def test_one_of_several_signatures_is_enough() -> None:
    theirs, ours = sign(secret="whsec_theirs"), sign()
    assert verify(BODY, f"{theirs},{ours.partition(',')[2]}", SECRET).id == "evt_1"


@pytest.mark.parametrize(
    "header",
    [None, "", "t=1", "v1=abc", "t=,v1=", "t=x,v1=y", "garbage", "t=1,v1=é", "t=1,v0=abc", "=,=,="],
)
def test_a_header_that_is_none_is_refused(header: str | None) -> None:
    assert refused(BODY, header)


def test_a_second_stamp_does_not_hide_a_future_one() -> None:
    header = sign(age=-3600)
    assert refused(BODY, f"{header},t={NOW}")
    assert refused(BODY, f"t={NOW},{header}")


@pytest.mark.parametrize("secrets", ["", " ", ",", " , "])
def test_an_empty_secret_accepts_nothing(secrets: str) -> None:
    assert refused(BODY, sign(secret="x"), secrets)


def test_a_body_that_is_no_text_is_refused() -> None:
    assert refused(b"\xff\xfe", sign(b"{}"))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"null", b'{"id": "x", "type": "y"}', b'{"id": "evt_1"}', b'{"id": "evt_1'],
)
def test_a_signed_body_that_is_no_event_is_refused_as_such(body: bytes) -> None:
    with pytest.raises(ExpectedError) as caught:
        verify(body, sign(body), SECRET)
    assert caught.value.code == "invalid_event"
