"""The stand-in for SendGrid answers as SendGrid does, to SendGrid's own client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from preau.local.sendgrid import Fault, SendGrid

BODY: dict[str, Any] = {
    "from": {"email": "a@example.org"},
    "subject": "Essai",
    "personalizations": [
        {"to": [{"email": "b@example.org"}], "custom_args": {"email_id": "1"}},
    ],
    "content": [{"type": "text/plain", "value": "Bonjour"}],
}


@pytest.fixture
def standin() -> Iterator[SendGrid]:
    with SendGrid() as running:
        yield running


def post(standin: SendGrid, body: object, key: str = "SG.standin") -> httpx.Response:
    return httpx.post(
        f"{standin.url}/v3/mail/send",
        json=body,
        headers={"Authorization": f"Bearer {key}"},
        trust_env=False,
    )


def test_a_mail_is_accepted_with_an_id_and_no_body(standin: SendGrid) -> None:
    answer = post(standin, BODY)
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["X-Message-Id"] == standin.to("b@example.org")[0].message_id


def test_a_wrong_key_is_refused(standin: SendGrid) -> None:
    assert post(standin, BODY, "SG.other").status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": [{"to": [{"email": "nobody"}]}]}, "personalizations.0.to.0.email"),
        ({"personalizations": [{"to": []}]}, "personalizations.0.to"),
        ({"personalizations": [{"to": [{"email": "a@b.c"}] * 2}]}, "personalizations.0.to"),
        ({"personalizations": BODY["personalizations"] * 1001}, "personalizations"),
        ({"from": {}}, "from"),
        ({"subject": ""}, "subject"),
        ({"content": []}, "content"),
        ({"content": [{"type": "text/html", "value": "x"}, *BODY["content"]]}, "content"),
        ({"categories": ["a"] * 2}, "categories"),
        ({"email_id": "1"}, "email_id"),
    ],
)
def test_what_sendgrid_refuses_is_refused(
    standin: SendGrid, change: dict[str, Any], field: str
) -> None:
    answer = post(standin, BODY | change)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert standin.accepted == []


def test_too_many_requests_say_when_to_come_back(standin: SendGrid) -> None:
    standin.fail("limited")
    answer = post(standin, BODY)
    assert answer.status_code == 429
    assert answer.headers["X-RateLimit-Reset"].isdigit()
    assert post(standin, BODY).status_code == 202


def test_a_reset_after_accept_keeps_the_mail(standin: SendGrid) -> None:
    standin.fail("reset_after_accept")
    with pytest.raises(httpx.TransportError):
        post(standin, BODY)
    assert len(standin.accepted) == 1


def test_a_share_of_requests_fails(standin: SendGrid) -> None:
    standin.faults.set(Fault("failed", share=0.5))
    answers = [post(standin, BODY).status_code for _ in range(40)]
    assert 10 < answers.count(500) < 30
