"""Sending mails: the protocol of a provider, and the choice of one by the settings."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from preau.errors import RetryableError
from preau.providers.mail.console import ConsoleMail
from preau.providers.mail.message import Attachment, Mailbox, OutgoingMail
from preau.providers.mail.sendgrid import HOSTS, SendGridMail
from preau.providers.mail.smtp import SmtpMail
from preau.settings import Settings

__all__ = [
    "Attachment",
    "ConsoleMail",
    "MailProvider",
    "Mailbox",
    "OutgoingMail",
    "SendGridMail",
    "SmtpMail",
    "mail_provider",
]


class MailProvider(Protocol):
    """Hands a mail to whoever delivers it."""

    @property
    def name(self) -> str:
        """Return the provider's name, as it is recorded with the mail."""
        ...

    async def send(self, message: OutgoingMail) -> str:
        """Hand the mail over and return the id under which the provider knows it.

        Raises RetryableError where another try may work – the mail may then have been accepted
        already, and arrives twice under one Message-ID – and PermanentError where none can.
        """
        ...


@cache
def mail_provider(settings: Settings) -> MailProvider:
    """Return the provider that the settings describe; one a process, so that it keeps connections.

    Raises RetryableError without SMTP_HOST or SENDGRID_API_KEY, so that mails wait for it, and
    PreauError for SMTP_TLS=none with a host that is not loopback.
    """
    if settings.mail_provider == "console":
        return ConsoleMail()
    if settings.mail_provider == "sendgrid":
        if settings.sendgrid_api_key is None:
            raise RetryableError(
                "mail_not_configured",
                "SENDGRID_API_KEY is not set.",
                "Set it, or another MAIL_PROVIDER.",
                retry_in=300,
            )
        return SendGridMail(
            api_key=settings.sendgrid_api_key.get_secret_value(),
            base_url=settings.sendgrid_api_base or HOSTS[settings.sendgrid_region],
        )
    if settings.smtp_host is None:
        raise RetryableError(
            "mail_not_configured",
            "SMTP_HOST is not set.",
            "Set it, or MAIL_PROVIDER=console to throw mails away on purpose.",
            retry_in=300,
        )
    password = settings.smtp_password
    return SmtpMail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        tls=settings.smtp_tls,
    )
