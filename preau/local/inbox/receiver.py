"""The SMTP side: takes every mail up to the size limit, fails on demand."""

from __future__ import annotations

import asyncio
import socket

from aiosmtpd.smtp import SMTP, Envelope, Session

from preau.local.inbox.faults import Faults
from preau.local.inbox.mailbox import Mailbox

MAX_BYTES = 10 * 1024 * 1024
_TOO_LONG_A_LINE = 1_000_000


class _Server(SMTP):
    """As aiosmtpd has it, but lenient about long lines: the inbox is there to show mails."""

    line_length_limit = _TOO_LONG_A_LINE


class Receiver:
    """Puts what arrives into the mailbox. aiosmtpd calls the `handle_…` methods."""

    def __init__(self, mailbox: Mailbox, faults: Faults) -> None:
        self._mailbox = mailbox
        self._faults = faults

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail and return the SMTP reply."""
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        fault = self._faults.take(recipients)
        if fault == "reject_temporarily":
            return "451 4.3.0 Fault switch: try again later"
        if fault == "reject_permanently":
            return "554 5.7.1 Fault switch: this mail is refused"
        content = envelope.original_content or b""
        try:
            entry = self._mailbox.add(content, envelope.mail_from or "", recipients)
        except OSError as error:
            return f"452 4.3.1 The inbox cannot write to its folder: {error.strerror}"
        if fault == "drop_after_data" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return f"250 2.0.0 Kept as {entry.id}"


async def listen(sock: socket.socket, receiver: Receiver) -> asyncio.Server:
    """Serve SMTP on a bound socket until the returned server is closed."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: _Server(
            receiver,
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname="inbox.localhost",
            ident="Preau inbox",
            loop=loop,
        ),
        sock=sock,
    )
