"""The inbox as web pages, in French, without JavaScript.

The list sits in a frame that reloads itself every few seconds, so that the search field around it
keeps what is being typed. A mail's HTML is shown in a sandboxed frame under a policy that runs no
script and fetches nothing, neither from outside nor from this machine.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from preau.local.inbox import mime
from preau.local.inbox.api import open_mail
from preau.local.inbox.mailbox import Mailbox

MAX_SHOWN = 200
_TEMPLATES = Path(__file__).parent / "templates"
_OWN_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'none'"
)
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
)
# Where `<base target>` may go; never before a doctype, or the page is laid out in quirks mode.
_BASE_PLACES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (r"<head\b[^>]*>", r"<html\b[^>]*>", r"<!doctype\b[^>]*>")
]
_MONTHS = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]


def router(mailbox: Mailbox) -> APIRouter:
    """Return the routes of the pages."""
    routes = APIRouter(default_response_class=HTMLResponse)
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    templates.filters["moment"] = _moment
    templates.filters["size"] = _size

    def page(name: str, **data: object) -> HTMLResponse:
        body = templates.get_template(name).render(**data)
        return HTMLResponse(body, headers={"Content-Security-Policy": _OWN_POLICY})

    @routes.get("/")
    async def inbox(q: str = "") -> HTMLResponse:
        return page("inbox.html", q=q, list_query=urlencode({"q": q}))

    @routes.get("/list")
    async def listing(q: str = "") -> HTMLResponse:
        found = mailbox.find(text=q.strip())
        return page("list.html", q=q, entries=found[:MAX_SHOWN], total=len(found))

    @routes.get("/messages/{mail_id}")
    async def message(mail_id: str) -> HTMLResponse:
        entry, raw = open_mail(mailbox, mail_id)
        source = raw[:200_000].decode("utf-8", "replace")
        return page("mail.html", entry=entry, mail=mime.parse(raw), source=source)

    @routes.get("/messages/{mail_id}/html")
    async def message_html(mail_id: str) -> HTMLResponse:
        _, raw = open_mail(mailbox, mail_id)
        body = _open_links_outside(mime.parse(raw).html_with_images())
        return HTMLResponse(body, headers={"Content-Security-Policy": _MAIL_POLICY})

    @routes.post("/clear")
    async def clear() -> RedirectResponse:
        mailbox.clear()
        return RedirectResponse("/", status_code=303)

    @routes.get("/style.css")
    async def style() -> Response:
        return Response((_TEMPLATES / "style.css").read_bytes(), media_type="text/css")

    return routes


def _open_links_outside(html: str) -> str:
    """Let a click on a link open a tab: inside the frame, it would be refused."""
    base = '<base target="_blank">'
    for place in _BASE_PLACES:
        if found := place.search(html):
            return html[: found.end()] + base + html[found.end() :]
    return base + html


def _moment(value: datetime) -> str:
    local = value.astimezone()
    return f"{local.day} {_MONTHS[local.month - 1]} {local:%H:%M:%S}"


def _size(octets: int) -> str:
    if octets < 1024:
        return f"{octets} o"
    if octets < 1024 * 1024:
        return f"{octets / 1024:.0f} ko"
    return f"{octets / 1024 / 1024:.1f} Mo".replace(".", ",")
