"""The form of a mail on the wire, and what cannot be put into a header."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from preau.errors import PermanentError
from preau.providers.mail import ConsoleMail, Mailbox, OutgoingMail

MAIL = OutgoingMail(
    email_id="8e0f6a0e-1111-4222-8333-1234567890ab",
    message_id="8e0f6a0e-1111-4222-8333-1234567890ab@mecaformation.example",
    sender=Mailbox("bonjour@mecaformation.example", "MécaFormation, l’atelier"),
    to=Mailbox("elodie@example.org", "Élodie Dupré"),
    reply_to=Mailbox("contact@mecaformation.example"),
    subject="Inscription confirmée – Diagnostic électronique automobile et véhicules hybrides",
    text="Bonjour Élodie,\n",
    html="<p>Bonjour Élodie,</p>",
    date=datetime(2026, 11, 20, 13, 5, tzinfo=UTC),
)


def test_the_headers_say_who_when_and_that_a_program_wrote_it() -> None:
    mime = MAIL.as_mime()
    assert mime["From"].addresses[0].display_name == "MécaFormation, l’atelier"
    assert mime["To"] == "Élodie Dupré <elodie@example.org>"
    assert mime["Reply-To"] == "contact@mecaformation.example"
    assert mime["Date"] == "Fri, 20 Nov 2026 13:05:00 +0000"
    assert mime["Message-ID"] == f"<{MAIL.message_id}>"
    assert mime["Auto-Submitted"] == "auto-generated"
    assert mime["X-Preau-Email-Id"] == MAIL.email_id
    assert mime["Content-Language"] == "fr"


def test_the_text_comes_before_the_html() -> None:
    parts = [part.get_content_type() for part in MAIL.as_mime().walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


def test_the_wire_form_is_ascii_with_short_lines() -> None:
    raw = replace(MAIL, text="é" * 5000).as_mime().as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_message_id_may_come_in_brackets() -> None:
    bracketed = replace(MAIL, message_id=f"<{MAIL.message_id}>")
    assert bracketed.as_mime()["Message-ID"] == MAIL.as_mime()["Message-ID"]


@pytest.mark.parametrize(
    "address",
    [
        *("bob", "@example.org", "bob@", "a b@example.org", "a@b@example.org", "", "<a@b.example>"),
        "bob@example.org\r\nBcc: victim@example.org",
        "bob@example.org, eve@example.org",
        "élodie@example.org",
    ],
)
def test_what_is_no_address_is_a_permanent_error(address: str) -> None:
    with pytest.raises(PermanentError, match="invalid_address"):
        replace(MAIL, to=Mailbox(address)).as_mime()


def test_a_domain_with_accents_travels_in_ascii() -> None:
    mime = replace(MAIL, to=Mailbox("a@école.example")).as_mime()
    assert mime["To"].addresses[0].domain == "xn--cole-9oa.example"


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Bonjour\r\nBcc: victim@example.org"},
        {"message_id": "a b@example.org"},
        {"message_id": "a@example.org>\r\nBcc: x@example.org"},
        {"email_id": "1\nBcc: x@example.org"},
    ],
)
def test_no_value_can_add_a_header(change: dict[str, str]) -> None:
    with pytest.raises(PermanentError, match="invalid_header"):
        replace(MAIL, **change).as_mime()  # type: ignore[arg-type] # all of them are text


def test_a_name_cannot_add_a_header_either() -> None:
    with pytest.raises(PermanentError):
        replace(MAIL, to=Mailbox("a@example.org", "Bob\r\nBcc: x@example.org")).as_mime()


async def test_the_console_sends_nothing_and_refuses_what_a_server_would() -> None:
    assert await ConsoleMail().send(MAIL) == MAIL.message_id
    with pytest.raises(PermanentError):
        await ConsoleMail().send(replace(MAIL, to=Mailbox("nobody")))
