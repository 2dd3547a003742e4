"""Sending by SMTP to the real inbox, and what each way of failing is called."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from preau.errors import PermanentError, PreauError, RetryableError
from preau.providers.mail import Mailbox, OutgoingMail, SmtpMail, mail_provider
from preau.settings import Settings
from tests.local.inbox.running import RunningInbox, free_port
from tests.mail.test_message import MAIL
from tests.mail.wire import self_signed_certificate, wire_to


def mail_to(recipient: str) -> OutgoingMail:
    email_id = str(uuid4())
    message_id = f"{email_id}@mecaformation.example"
    return replace(MAIL, email_id=email_id, message_id=message_id, to=Mailbox(recipient, "Zoé"))


async def test_a_mail_arrives_as_it_was_written(smtp: SmtpMail, inbox: RunningInbox) -> None:
    mail = mail_to("arrives@example.org")
    assert await smtp.send(mail) == mail.message_id
    received = inbox.only_message("arrives@example.org")
    assert received["subject"] == MAIL.subject
    assert received["text"] == "Bonjour Élodie,\n"
    assert received["html"] == "<p>Bonjour Élodie,</p>\n"
    assert received["message_id"] == f"<{mail.message_id}>"
    assert received["from"]["name"] == "MécaFormation, l’atelier"
    assert received["recipients"] == ["arrives@example.org"]


async def test_a_temporary_refusal_is_retryable(smtp: SmtpMail, inbox: RunningInbox) -> None:
    inbox.fail("reject_temporarily", "later@example.org")
    with pytest.raises(RetryableError, match=r"smtp_deferred.*451"):
        await smtp.send(mail_to("later@example.org"))
    await smtp.send(mail_to("later@example.org"))


async def test_a_permanent_refusal_is_permanent(smtp: SmtpMail, inbox: RunningInbox) -> None:
    inbox.fail("reject_permanently", "never@example.org")
    with pytest.raises(PermanentError, match=r"smtp_refused.*554"):
        await smtp.send(mail_to("never@example.org"))


async def test_after_a_refusal_the_conversation_goes_on(
    smtp: SmtpMail, inbox: RunningInbox
) -> None:
    inbox.fail("reject_permanently", "first@example.org")
    with pytest.raises(PermanentError):
        await smtp.send(mail_to("first@example.org"))
    await smtp.send(mail_to("second@example.org"))
    assert len(inbox.messages(to="second@example.org")) == 1


async def test_a_lost_answer_is_retryable_and_the_copies_share_their_message_id(
    smtp: SmtpMail, inbox: RunningInbox
) -> None:
    inbox.fail("drop_after_data", "twice@example.org")
    mail = mail_to("twice@example.org")
    with pytest.raises(RetryableError, match="smtp_interrupted"):
        await smtp.send(mail)
    await smtp.send(mail)
    copies = [
        inbox.http.get(f"/api/messages/{m['id']}").json() for m in inbox.messages(to=mail.to.email)
    ]
    assert [copy["message_id"] for copy in copies] == [f"<{mail.message_id}>"] * 2


async def test_a_batch_shares_one_connection(inbox: RunningInbox) -> None:
    async with wire_to(inbox.smtp_port) as wire:
        provider = SmtpMail(host="127.0.0.1", port=wire.port, tls="none")
        for _ in range(10):
            await provider.send(mail_to("batch@example.org"))
        assert wire.conversations == 1
        provider.close()


async def test_mails_at_the_same_time_do_not_mix(smtp: SmtpMail, inbox: RunningInbox) -> None:
    mails = [mail_to(f"crowd-{number}@example.org") for number in range(20)]
    await asyncio.gather(*(smtp.send(mail) for mail in mails))
    for mail in mails:
        assert inbox.only_message(mail.to.email)["message_id"] == f"<{mail.message_id}>"


async def test_a_connection_that_ended_meanwhile_is_replaced(inbox: RunningInbox) -> None:
    async with wire_to(inbox.smtp_port) as wire:
        provider = SmtpMail(host="127.0.0.1", port=wire.port, tls="none")
        await provider.send(mail_to("cut@example.org"))
        wire.cut()
        await asyncio.sleep(0.05)
        await provider.send(mail_to("cut@example.org"))
        assert wire.conversations == 2
        provider.close()


async def test_an_unused_connection_is_closed(inbox: RunningInbox) -> None:
    async with wire_to(inbox.smtp_port) as wire:
        provider = SmtpMail(host="127.0.0.1", port=wire.port, tls="none", idle=0.05)
        await provider.send(mail_to("idle@example.org"))
        await asyncio.sleep(0.2)
        await provider.send(mail_to("idle@example.org"))
        assert wire.conversations == 2
        provider.close()


async def test_a_cancelled_mail_does_not_spoil_the_next(
    smtp: SmtpMail, inbox: RunningInbox
) -> None:
    for delay in (0, 0.0005, 0.001, 0.0015, 0.002, 0.003):
        sending = asyncio.create_task(smtp.send(mail_to("cancelled@example.org")))
        await asyncio.sleep(delay)
        sending.cancel()
        await asyncio.wait([sending], timeout=5)
        assert sending.done()
    await smtp.send(mail_to("after@example.org"))
    assert len(inbox.messages(to="after@example.org")) == 1


async def test_no_server_is_retryable() -> None:
    provider = SmtpMail(host="127.0.0.1", port=free_port(), tls="none")
    with pytest.raises(RetryableError, match="smtp_unreachable"):
        await provider.send(MAIL)


async def converse(
    lines: dict[bytes, bytes], greeting: bytes = b"220 hello\r\n"
) -> tuple[str, int]:
    """Run a mail server with fixed answers by command; return where it listens."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        while line := await reader.readline():
            answer = lines.get(line[:4].upper().strip())
            writer.write(answer or b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[:2]  # type: ignore[no-any-return] # a socket's address


@pytest.mark.parametrize(
    ("lines", "greeting", "expected"),
    [
        ({b"RCPT": b"550 5.1.1 <elodie@example.org> unknown\r\n"}, b"220 hi\r\n", PermanentError),
        ({b"RCPT": b"450 4.2.1 mailbox busy\r\n"}, b"220 hi\r\n", RetryableError),
        ({b"MAIL": b"552 5.3.4 too big\r\n"}, b"220 hi\r\n", PermanentError),
        ({b"MAIL": b"421 4.7.0 too many\r\n"}, b"220 hi\r\n", RetryableError),
        ({b"MAIL": b"530 5.7.0 log in first\r\n"}, b"220 hi\r\n", RetryableError),
        ({b"EHLO": b"554 no\r\n", b"HELO": b"554 no\r\n"}, b"220 hi\r\n", RetryableError),
        ({}, b"554 go away\r\n", RetryableError),
    ],
)
async def test_replies_are_sorted_by_whom_they_concern(
    lines: dict[bytes, bytes], greeting: bytes, expected: type[PreauError]
) -> None:
    host, port = await converse(lines, greeting)
    with pytest.raises(expected) as caught:
        await SmtpMail(host=host, port=port, tls="none", timeout=3).send(MAIL)
    assert "elodie" not in str(caught.value)


async def test_a_refused_login_does_not_condemn_the_mail() -> None:
    answers = {b"EHLO": b"250-hi\r\n250 AUTH PLAIN\r\n", b"AUTH": b"535 5.7.8 wrong\r\n"}
    host, port = await converse(answers)
    provider = SmtpMail(host=host, port=port, tls="none", username="u", password="p")
    with pytest.raises(RetryableError, match="smtp_login_refused"):
        await provider.send(MAIL)


async def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    host, port = await converse({}, greeting=b"")
    started = time.monotonic()
    with pytest.raises(RetryableError):
        await SmtpMail(host=host, port=port, tls="none", timeout=0.3).send(MAIL)
    assert time.monotonic() - started < 3


async def test_starttls_never_falls_back_to_clear_text(inbox: RunningInbox) -> None:
    provider = SmtpMail(host="127.0.0.1", port=inbox.smtp_port, tls="starttls")
    with pytest.raises(RetryableError, match="smtp_unreachable"):
        await provider.send(mail_to("downgrade@example.org"))
    assert inbox.messages(to="downgrade@example.org") == []


async def test_tls_asks_for_a_certificate_that_can_be_trusted(tmp_path: Path) -> None:
    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(self_signed_certificate(tmp_path))
    server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    provider = SmtpMail(host="127.0.0.1", port=port, tls="tls", timeout=3)
    with pytest.raises(RetryableError, match=r"smtp_unreachable.*(?i:certificate)"):
        await provider.send(MAIL)


@pytest.mark.parametrize("host", ["smtp.example.org", "10.0.0.1", "localhost.example.org"])
def test_clear_text_is_for_loopback_only(host: str) -> None:
    with pytest.raises(PreauError, match="smtp_tls_required"):
        SmtpMail(host=host, port=25, tls="none")
    SmtpMail(host=host, port=587, tls="starttls")


def test_the_settings_choose_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_HOST", "SMTP_TLS"):
        monkeypatch.delenv(name, raising=False)
    assert mail_provider(Settings(mail_provider="console")).name == "console"
    chosen = Settings(smtp_host="smtp.example.org")
    assert mail_provider(chosen).name == "smtp"
    assert mail_provider(chosen) is mail_provider(chosen)


def test_without_a_mail_server_mails_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMTP_HOST", raising=False)
    with pytest.raises(RetryableError, match="SMTP_HOST is not set"):
        mail_provider(Settings(smtp_host=None))
