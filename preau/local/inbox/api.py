"""The inbox as JSON, for tests and scripts.

- `GET /api/messages?to=&subject=&since=&limit=` → `{"total", "messages": [summary]}`, newest first
- `GET /api/messages/{id}` → a summary and the rest: text, html, links, headers, attachments
- `GET /api/messages/{id}/raw`, `GET /api/messages/{id}/attachments/{n}` → bytes
- `DELETE /api/messages` → `{"deleted"}`; `GET /health`; `GET` and `POST /_inbox/faults`

A summary is `{"id", "from", "to", "recipients", "subject", "received_at", "size"}`: `from` and `to`
are what the headers say (`{"email", "name"}`), `recipients` the addresses that it was delivered to.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from preau.local.inbox import mime
from preau.local.inbox.faults import ANYBODY, Faults, Kind
from preau.local.inbox.mailbox import Entry, Mailbox

MAX_LIMIT = 500


class FaultSwitch(BaseModel):
    """`smtp`: what the next `times` mails to `to` (anybody by default) meet; null clears it."""

    model_config = ConfigDict(extra="forbid")

    smtp: Kind | None
    times: int = Field(1, ge=1, le=1_000_000)
    to: str = ANYBODY


def router(mailbox: Mailbox, faults: Faults) -> APIRouter:
    """Return the routes under /api, /health and /_inbox."""
    routes = APIRouter()

    @routes.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "messages": len(mailbox)}

    @routes.get("/api/messages")
    async def messages(
        to: str = "",
        subject: str = "",
        since: datetime | None = None,
        limit: Annotated[int, Query(ge=1)] = 50,
    ) -> dict[str, Any]:
        if since is not None and since.tzinfo is None:
            since = since.replace(tzinfo=UTC)
        found = mailbox.find(to=to, subject=subject, since=since)
        shown = found[: min(limit, MAX_LIMIT)]
        return {"total": len(found), "messages": [_summary(entry) for entry in shown]}

    @routes.get("/api/messages/{mail_id}")
    async def message(mail_id: str) -> dict[str, Any]:
        entry, raw = open_mail(mailbox, mail_id)
        return _whole(entry, mime.parse(raw))

    @routes.get("/api/messages/{mail_id}/raw")
    async def raw_message(mail_id: str) -> Response:
        _, raw = open_mail(mailbox, mail_id)
        return download(raw, f"{mail_id}.eml", "message/rfc822")

    @routes.get("/api/messages/{mail_id}/attachments/{number}")
    async def attachment(mail_id: str, number: int) -> Response:
        _, raw = open_mail(mailbox, mail_id)
        attachments = mime.parse(raw).attachments
        if not 1 <= number <= len(attachments):
            raise HTTPException(404, f"Mail {mail_id} has no attachment {number}.")
        wanted = attachments[number - 1]
        return download(wanted.data, wanted.filename, wanted.content_type)

    @routes.delete("/api/messages")
    async def clear() -> dict[str, int]:
        return {"deleted": mailbox.clear()}

    @routes.get("/_inbox/faults")
    async def list_faults() -> list[dict[str, object]]:
        return faults.as_json()

    @routes.post("/_inbox/faults")
    async def set_fault(switch: FaultSwitch) -> list[dict[str, object]]:
        faults.set(switch.smtp, switch.times, switch.to)
        return faults.as_json()

    return routes


def open_mail(mailbox: Mailbox, mail_id: str) -> tuple[Entry, bytes]:
    """Return a mail, or answer 404."""
    found = mailbox.get(mail_id)
    if found is None:
        raise HTTPException(404, "No such mail: it was deleted, or dropped as the oldest.")
    return found


def download(data: bytes, filename: str, content_type: str) -> Response:
    """Return a file that a browser saves and never opens, whatever it says it is."""
    ascii_name = re.sub(r"[^A-Za-z0-9._ -]", "_", filename)
    return Response(
        data,
        media_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{ascii_name}"; '
            f"filename*=UTF-8''{quote(filename, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _summary(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "from": entry.sender._asdict(),
        "to": [address._asdict() for address in entry.to],
        "recipients": list(entry.recipients),
        "subject": entry.subject,
        "received_at": entry.received_at.isoformat(),
        "size": entry.size,
    }


def _whole(entry: Entry, mail: mime.Mail) -> dict[str, Any]:
    return {
        **_summary(entry),
        "cc": [address._asdict() for address in mail.cc],
        "reply_to": [address._asdict() for address in mail.reply_to],
        "envelope_from": entry.envelope_from,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "headers": [{"name": name, "value": value} for name, value in mail.headers],
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "filename": attachment.filename,
                "content_type": attachment.content_type,
                "size": len(attachment.data),
                "url": f"/api/messages/{entry.id}/attachments/{number}",
            }
            for number, attachment in enumerate(mail.attachments, start=1)
        ],
        "links": mail.links,
    }
