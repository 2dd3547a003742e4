"""Header values as a person reads them, whatever the sender made of the rules.

Python's modern header parser raises on some malformed values (unknown character sets, broken
dates, stray brackets). An inbox must show such mails too, so this module takes the raw values and
decodes as much as can be decoded.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import NamedTuple

_FOLD = re.compile(r"[\r\n]+[ \t]*")


class Address(NamedTuple):
    """One mailbox: `{"email", "name"}` in JSON; `name` is empty where the sender gave none."""

    email: str
    name: str

    def __str__(self) -> str:
        """Return `Name <address>`, or the address alone."""
        return f"{self.name} <{self.email}>" if self.name else self.email


def to_text(data: bytes, charset: str | None) -> str:
    """Decode with the charset the sender named; unknown or wrong, then UTF-8 with marks."""
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return data.decode("utf-8", "replace")


def plain(value: str) -> str:
    """Return a raw header value unfolded, with its 8-bit bytes read as UTF-8."""
    raw = value.encode("utf-8", "surrogateescape")
    return _FOLD.sub(" ", to_text(raw, "utf-8")).strip()


def decoded(value: str) -> str:
    """Return a header value with its encoded words (`=?utf-8?q?…?=`) decoded."""
    flat = plain(value)
    try:
        parts = decode_header(flat)
    except (HeaderParseError, binascii.Error, ValueError):
        return flat
    text = "".join(
        part if isinstance(part, str) else to_text(part, charset or "latin-1")
        for part, charset in parts
    )
    return text or flat


def raw_headers(message: Message) -> list[tuple[str, str]]:
    """Return all headers in order, names and values decoded, repeated ones repeated."""
    return [(plain(name), decoded(str(value))) for name, value in message.raw_items()]


def first(message: Message, name: str) -> str:
    """Return the raw, unfolded value of the first header of that name, or an empty string."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return plain(str(value))
    return ""


def addresses(message: Message, name: str) -> tuple[Address, ...]:
    """Return every mailbox of a header; names are decoded after the split, never before."""
    values = [plain(str(v)) for key, v in message.raw_items() if key.lower() == name.lower()]
    return tuple(
        Address(email, decoded(shown)) for shown, email in getaddresses(values) if email or shown
    )


def date(message: Message) -> datetime | None:
    """Return the Date header in UTC, or None where it is absent or not a date."""
    try:
        stated = parsedate_to_datetime(first(message, "Date"))
        # RFC 5322: "-0000" says that the zone is not known; the time is then UTC.
        return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
