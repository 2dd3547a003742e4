"""A mail taken apart: text, HTML, attachments and links, from bytes that may be malformed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from html.parser import HTMLParser
from urllib.parse import unquote

from preau.local.inbox import headers
from preau.local.inbox.headers import Address

_URL = re.compile(r"https?://[^\s<>\"'\]\[{}|\\^`]+")
_CID = re.compile(r"cid:([^\s\"'<>)]+)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_SHOWN_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the body: a file, a calendar, or an image of the HTML part."""

    filename: str
    content_type: str
    content_id: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as its recipient reads it. `text` and `html` are None where it has no such part."""

    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    message_id: str
    headers: list[tuple[str, str]]
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]

    @property
    def links(self) -> list[str]:
        """Return the web addresses of the HTML part, then of the text, each once, in order."""
        found = _Links.of(self.html) if self.html else []
        found += [url.rstrip(".,;:!?)»”’…") for url in _URL.findall(self.text or "")]
        return list(dict.fromkeys(found))

    def html_with_images(self) -> str:
        """Return the HTML part with the mail's own images (`cid:`) inside it.

        They become `data:` addresses, so that the page showing the mail needs no right to fetch.
        """
        inline = {a.content_id: a for a in self.attachments if a.content_type in _SHOWN_IMAGES}

        def replace(match: re.Match[str]) -> str:
            image = inline.get(unquote(match[1]))
            if image is None:
                return match[0]
            return f"data:{image.content_type};base64,{base64.b64encode(image.data).decode()}"

        return _CID.sub(replace, self.html or "")


def parse(raw: bytes) -> Mail:
    """Take a mail apart. Malformed mails give what can be read of them; none raises."""
    message = message_from_bytes(raw, policy=compat32)
    texts: list[str] = []
    htmls: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message):
        kind = _content_type(part)
        data = _data(part)
        if kind in ("text/plain", "text/html") and not _is_file(part):
            body = headers.to_text(data, _charset(part)).replace("\r\n", "\n")
            (texts if kind == "text/plain" else htmls).append(body)
        else:
            attachments.append(_attachment(part, kind, data, len(attachments) + 1))
    senders = headers.addresses(message, "From")
    return Mail(
        sender=senders[0] if senders else None,
        to=headers.addresses(message, "To"),
        cc=headers.addresses(message, "Cc"),
        reply_to=headers.addresses(message, "Reply-To"),
        subject=headers.decoded(headers.first(message, "Subject")),
        date=headers.date(message),
        message_id=headers.first(message, "Message-ID"),
        headers=headers.raw_headers(message),
        text="\n".join(texts) if texts else None,
        html="\n".join(htmls) if htmls else None,
        attachments=tuple(attachments),
    )


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts with content; a mail attached to a mail stays one attachment."""
    stack = [message]
    while stack:
        part = stack.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart":
            stack.extend(inner for inner in reversed(payload) if isinstance(inner, Message))
        else:
            yield part


def _data(part: Message) -> bytes:
    payload = part.get_payload()
    try:
        if isinstance(payload, list):  # message/rfc822 and its kind
            return b"\r\n".join(i.as_bytes() for i in payload if isinstance(i, Message))
        decoded = part.get_payload(decode=True)
    except (ValueError, binascii.Error, LookupError, AttributeError):
        decoded = None
    if isinstance(decoded, bytes):
        return decoded
    return str(payload or "").encode("utf-8", "surrogateescape")


def _content_type(part: Message) -> str:
    kind = part.get_content_type()
    if kind.startswith("multipart/"):  # announced, but without a boundary: one piece of text
        return "text/plain"
    return kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, UnicodeError, ValueError):
        return None


def _is_file(part: Message) -> bool:
    return headers.first(part, "Content-Disposition").lower().startswith("attachment")


def _attachment(part: Message, kind: str, data: bytes, number: int) -> Attachment:
    try:
        name = part.get_filename() or ""
    except (LookupError, UnicodeError, ValueError, TypeError):
        name = ""
    # No path, no control character: the name becomes a file's name on somebody's disk.
    name = re.sub(r"[\x00-\x1f\x7f]", "", headers.decoded(name)).replace("\\", "/").split("/")[-1]
    return Attachment(
        filename=name.strip(". ")[:150] or f"piece-jointe-{number}",
        content_type=kind,
        content_id=headers.first(part, "Content-ID").strip("<> ") or None,
        data=data,
    )


class _Links(HTMLParser):
    """Collects the web addresses a reader could click."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a link."""
        for name, value in attrs:
            if tag in ("a", "area") and name == "href" and value and _URL.match(value.strip()):
                self.found.append(value.strip())

    @classmethod
    def of(cls, html: str) -> list[str]:
        """Return the addresses of a page, malformed or not."""
        parser = cls()
        try:
            parser.feed(html)
        except AssertionError:  # html.parser's own words for markup it gives up on
            return parser.found
        return parser.found
