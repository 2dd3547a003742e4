"""Mails written to the log instead of sent: what happens where no mail server is set."""

from __future__ import annotations

import structlog

from preau.providers.mail.message import OutgoingMail

_log = structlog.get_logger(__name__)


class ConsoleMail:
    """A provider that delivers nothing. The log gets who and what, never the body."""

    name = "console"

    async def send(self, message: OutgoingMail) -> str:
        """Log the mail and return its Message-ID. Raises PermanentError as a real one would."""
        size = len(message.as_mime().as_bytes())
        _log.info(
            "mail.written",
            email_id=message.email_id,
            to_domain=message.to.email.rpartition("@")[2],
            subject=message.subject,
            size=size,
            hint="Set SMTP_HOST to send mails.",
        )
        return message.message_id
