"""What SendGrid refuses, in its words (POST /v3/mail/send, errors of status 400)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Faults = list[dict[str, str | None]]
_ADDRESS = re.compile(r"[^\s@<>,]+@[^\s@<>,]+\.[^\s@<>,]+")
_HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html"
_FIELDS = frozenset(
    [
        *("personalizations", "from", "reply_to", "reply_to_list", "subject", "content"),
        *("attachments", "template_id", "headers", "categories", "custom_args", "send_at"),
        *("batch_id", "asm", "ip_pool_name", "mail_settings", "tracking_settings", "sections"),
    ]
)
_TWICE = (
    "Each email address in the personalization block should be unique between to, cc, and bcc. "
    "We found the first duplicate instance of [{}]."
)
_RESERVED = frozenset(
    [
        *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type"),
        *("content-transfer-encoding", "to", "from", "subject", "reply-to", "cc", "bcc"),
    ]
)


def check(body: Any) -> Faults:
    """Return what is wrong with a request; nothing: it is accepted."""
    if not isinstance(body, dict):
        return [_fault("Bad Request", None)]
    return [_fault(message, place) for message, place in _all(body)]


def _fault(message: str, place: str | None) -> dict[str, str | None]:
    return {"message": message, "field": place, "help": f"{_HELP}#message.{place}"}


def _all(body: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for name in sorted(set(body) - _FIELDS):
        yield f"Additional property {name} is not allowed", name
    sender = body.get("from")
    if not isinstance(sender, dict) or not sender.get("email"):
        yield "The from object must be provided for every email send.", "from"
    elif not _ADDRESS.fullmatch(str(sender["email"])):
        yield "Does not contain a valid address.", "from.email"
    reply_to = body.get("reply_to")
    if reply_to is not None and not _ADDRESS.fullmatch(str(reply_to.get("email"))):
        yield "Does not contain a valid address.", "reply_to.email"
    people = body.get("personalizations")
    if not isinstance(people, list) or not people:
        yield (
            "The personalizations field is required and must have at least one personalization.",
            "personalizations",
        )
        return
    if len(people) > 1000:
        yield "The maximum number of personalizations is 1000.", "personalizations"
    for place, one in enumerate(people):
        yield from _personalization(one, f"personalizations.{place}")
    if not body.get("template_id"):
        if not body.get("subject") and not all(one.get("subject") for one in people):
            yield "The subject is required.", "subject"
        yield from _content(body.get("content"))
    categories = body.get("categories", [])
    if len(categories) > 10 or len(set(categories)) < len(categories):
        yield "At most ten unique categories are allowed.", "categories"


def _personalization(one: dict[str, Any], place: str) -> Iterator[tuple[str, str | None]]:
    seen: set[str] = set()
    if not one.get("to"):
        yield "The to array is required for all personalization objects.", f"{place}.to"
    for kind in ("to", "cc", "bcc"):
        for number, mailbox in enumerate(one.get(kind, [])):
            address = str(mailbox.get("email", "")).lower()
            if not _ADDRESS.fullmatch(address) or not address.isascii():
                yield "Does not contain a valid address.", f"{place}.{kind}.{number}.email"
            elif address in seen:
                yield _TWICE.format(address), f"{place}.{kind}"
            seen.add(address)
    for name in one.get("headers", {}):
        if name.lower() in _RESERVED:
            yield f"The header {name} is reserved.", f"{place}.headers"
    if sum(len(str(k)) + len(str(v)) for k, v in one.get("custom_args", {}).items()) > 10_000:
        yield "The custom_args may be at most 10,000 bytes.", f"{place}.custom_args"
    if sum(len(str(k)) + len(str(v)) for k, v in one.get("substitutions", {}).items()) > 10_000:
        yield "The substitutions may be at most 10,000 bytes.", f"{place}.substitutions"


def _content(content: Any) -> Iterator[tuple[str, str | None]]:
    if not isinstance(content, list) or not content:
        yield "The content parameter is required unless a template_id is given.", "content"
        return
    if "text/plain" in [part.get("type") for part in content[1:]]:
        yield "If present, text/plain must be first, followed by text/html.", "content"
    for place, part in enumerate(content):
        if not part.get("value"):
            yield "The content value must be a string at least one character.", f"content.{place}"
