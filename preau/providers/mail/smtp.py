"""Sending by SMTP (RFC 5321), with connections kept open between the mails of a batch.

What a failure means:
- a 4xx reply, a time-out, or a connection that ends before the final reply: try again. In the last
  two cases the server may have taken the mail, since SMTP has no way to ask.
- a 5xx reply to the sender, the recipient or the content: permanent.
- a refusal before any of these – TLS, login, greeting: try again. It concerns our configuration,
  and must not turn a whole outbox into dead letters.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from preau.errors import PermanentError, PreauError, RetryableError
from preau.providers.mail.message import OutgoingMail

TlsMode = Literal["starttls", "tls", "none"]
_ABOUT_LOGIN = frozenset({530, 534, 535, 538})  # RFC 4954: they say nothing about the mail
_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"',;:]+")
_CHECK_SETTINGS = "Check SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER and SMTP_PASSWORD."


@dataclass(eq=False, kw_only=True)
class SmtpMail:
    """A provider over one mail server, with at most `connections` of them, one a conversation.

    `timeout` bounds each step of a conversation and `idle` how long an unused connection is kept,
    both in seconds. `tls`: `starttls` and `tls` check the certificate; `none` is for loopback.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    tls: TlsMode = "starttls"
    timeout: float = 20
    idle: float = 10
    connections: int = 5  # more, and many servers refuse
    name: str = "smtp"
    _free: asyncio.Semaphore = field(init=False, repr=False)
    _idle_connections: list[SMTP] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Refuse to send passwords and names in the clear over a network."""
        self._free = asyncio.Semaphore(self.connections)
        if self.tls == "none" and not _is_loopback(self.host):
            raise PreauError(
                "smtp_tls_required",
                f"SMTP_TLS=none is for loopback only, and {self.host} is another machine.",
                "Set SMTP_TLS=starttls (port 587) or SMTP_TLS=tls (port 465).",
            )

    async def send(self, message: OutgoingMail) -> str:
        """Hand the mail over; return its Message-ID, by which the server's log knows it too."""
        mime = message.as_mime()
        async with self._free:
            await self._hand_over(mime)
        return message.message_id

    async def _hand_over(self, mime: EmailMessage) -> None:
        connection = await self._connection()
        try:
            await connection.send_message(mime)
        except SMTPHeloError as error:
            connection.close()
            raise _unusable("smtp_unreachable", f"{error.code} {error.message}") from error
        except SMTPResponseException as error:
            # The server spoke and the conversation goes on; only 421 means that it hangs up.
            if error.code == 421:
                connection.close()
            self._give_back(connection)
            raise _refusal(error.code, error.message) from error
        except SMTPRecipientsRefused as error:
            self._give_back(connection)
            first = error.recipients[0]
            raise _refusal(first.code, first.message) from error
        except SMTPNotSupported as error:
            self._give_back(connection)
            raise PermanentError(
                "smtp_not_supported", f"The mail server cannot take this mail: {error.message}."
            ) from error
        except (SMTPException, OSError, TimeoutError) as error:
            connection.close()
            raise RetryableError(
                "smtp_interrupted",
                f"The connection ended before the final reply ({type(error).__name__}), so the "
                "mail may have been accepted or not.",
            ) from error
        except BaseException:  # cancelled in the middle of a conversation: it cannot be resumed
            connection.close()
            raise
        self._give_back(connection)

    def close(self) -> None:
        """Close the unused connections."""
        while self._idle_connections:
            self._idle_connections.pop().close()

    async def _connection(self) -> SMTP:
        loop = asyncio.get_running_loop()
        while self._idle_connections:
            connection = self._idle_connections.pop()
            if connection.is_connected and connection.loop is loop:
                return connection
        connection = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.tls == "tls",
            start_tls=self.tls == "starttls",
            timeout=self.timeout,
            # Without it the name is looked up in DNS, which may take seconds.
            local_hostname="localhost" if _is_loopback(self.host) else None,
        )
        try:
            await connection.connect()
        except SMTPAuthenticationError as error:
            raise _unusable("smtp_login_refused", f"{error.code} {error.message}") from error
        except (SMTPException, OSError, TimeoutError) as error:
            raise _unusable("smtp_unreachable", str(error)) from error
        return connection

    def _give_back(self, connection: SMTP) -> None:
        if not connection.is_connected:
            return
        self._idle_connections.append(connection)
        asyncio.get_running_loop().call_later(self.idle, self._close_if_idle, connection)

    def _close_if_idle(self, connection: SMTP) -> None:
        if connection in self._idle_connections:
            self._idle_connections.remove(connection)
            connection.close()


def _refusal(code: int, reply: str) -> PreauError:
    # Servers like to repeat the recipient's address, which is not for logs and dead letters.
    story = _ADDRESS.sub("(address)", " ".join(reply.split()))
    if code in _ABOUT_LOGIN:
        return _unusable("smtp_login_refused", f"{code} {story}")
    if 500 <= code < 600:
        return PermanentError(
            "smtp_refused",
            f"The mail server answered {code}: {story}",
            "Correct the recipient's or the academy's address, or ask the mail server's operator.",
        )
    return RetryableError("smtp_deferred", f"The mail server answered {code}: {story}")


def _unusable(code: str, story: str) -> RetryableError:
    return RetryableError(
        code, f"The mail server cannot be used: {' '.join(story.split())}", _CHECK_SETTINGS
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
