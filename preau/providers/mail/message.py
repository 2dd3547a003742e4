"""A mail ready to be sent, and its form on the wire (RFC 5322)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from aiosmtplib.email import parse_address

from preau.errors import PermanentError

_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9._-]+@[A-Za-z0-9.-]+)>?")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name shown beside it, which may be empty.

    The part before the @ is ASCII: few servers take the others (RFC 6531).
    """

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. `type` is its media type, such as application/pdf."""

    name: str
    type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one person.

    `email_id` is the outbox row; `message_id` (`uuid@domain`) comes from it, so that every try of
    the same mail carries the same Message-ID and a second copy can be told as such. `template` is
    for the provider's statistics. `unsubscribe_url` makes the mail one that can be left with one
    click (RFC 8058). `original_to` says whom a redirected mail was for.
    """

    email_id: str
    message_id: str
    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    html: str
    reply_to: Mailbox | None = None
    language: str = "fr"
    template: str = ""
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str | None = None
    original_to: str | None = None
    date: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_mime(self) -> EmailMessage:
        """Return the message with a text and an HTML alternative.

        Raises PermanentError `invalid_address` or `invalid_header` for what cannot be a header.
        """
        message_id = _MESSAGE_ID.fullmatch(self.message_id)
        if message_id is None:
            raise PermanentError(
                "invalid_header",
                f"{self.message_id!r} is not a Message-ID.",
                "Correct the academy's sender_email; its domain is part of it.",
            )
        mime = EmailMessage(policy=SMTP)
        try:
            mime["From"] = _address(self.sender)
            mime["To"] = _address(self.to)
            if self.reply_to is not None:
                mime["Reply-To"] = _address(self.reply_to)
            mime["Subject"] = self.subject
            mime["Date"] = self.date
            mime["Message-ID"] = f"<{message_id[1]}>"
            for name, value in self.extra_headers().items():
                mime[name] = value
        except ValueError as error:  # a line break inside a value
            raise PermanentError(
                "invalid_header",
                f"A header cannot be written: {error}.",
                "Take the line break out of the name or title it comes from.",
            ) from error
        mime.set_content(self.text, cte="quoted-printable")
        mime.add_alternative(self.html, subtype="html", cte="quoted-printable")
        for file in self.attachments:
            kind, _, subtype = file.type.partition("/")
            mime.add_attachment(file.content, kind, subtype, filename=file.name)
        mime["Content-Language"] = self.language
        return mime

    def extra_headers(self) -> dict[str, str]:
        """Return the headers beyond the addresses, the same whichever way the mail goes."""
        # RFC 3834: out-of-office programs do not answer what is marked so.
        headers = {"Auto-Submitted": "auto-generated", "X-Preau-Email-Id": self.email_id}
        if self.unsubscribe_url is not None:
            headers["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if self.original_to is not None:
            headers["X-Original-To"] = self.original_to
        return headers


def ascii_address(email: str) -> str:
    """Return the address as it travels: "école.example" is xn--cole-9oa.example (IDNA)."""
    local, _, domain = email.strip().rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _address(mailbox: Mailbox) -> Address:
    try:
        address = Address(mailbox.name, addr_spec=ascii_address(mailbox.email))
        parse_address(address.addr_spec)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise PermanentError(
            "invalid_address",
            "The recipient's, sender's or reply-to address of this mail cannot be one.",
            "Correct it in the database; the mail's academy and recipient say where.",
        ) from error
    return address
