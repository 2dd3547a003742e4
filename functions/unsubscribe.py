"""`unsubscribe/<token>`: leave an academy's bulk mail by the link of any of them (RFC 8058).

Mail programs post to it without being asked twice. Opening it changes nothing, since scanners open
every link: it shows a page with a button.
"""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from functions.context import LanguagesOf, Services, ServicesOf
from functions.problems import problems
from preau.errors import ExpectedError
from preau.languages import spoken

router = APIRouter(tags=["webhooks"])
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
body{{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}}
button{{font:inherit;padding:.75rem 1.5rem}}</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""
BUTTON = '<form method="post"><button>{leave}</button></form>'
WORDS = {
    "fr": {
        "ask": "Se désabonner",
        "asking": "Vous ne recevrez plus nos annonces. Les messages qui répondent à ce que vous "
        "faites (inscription, paiement, mot de passe) vous parviendront toujours.",
        "leave": "Me désabonner",
        "done": "Désabonnement enregistré",
        "doing": "C'est fait : {academy} ne vous enverra plus d'annonces. Les messages qui "
        "répondent à ce que vous faites vous parviendront toujours.",
    },
    "en": {
        "ask": "Unsubscribe",
        "asking": "You will no longer receive our announcements. Messages that answer what you do "
        "(enrolment, payment, password) will still reach you.",
        "leave": "Unsubscribe",
        "done": "You are unsubscribed",
        "doing": "Done: {academy} will send you no more announcements. Messages that answer what "
        "you do will still reach you.",
    },
}


@router.get("/unsubscribe/{token}", response_model=None, responses={**problems(503), **SHOWN})
async def ask(token: Token, shared: ServicesOf, wanted: LanguagesOf) -> HTMLResponse:
    """Show the button. Nothing changes, whoever or whatever opens the link."""
    language = await _language(token, shared, wanted)
    words = WORDS[language]
    body = f"<p>{words['asking']}</p>{BUTTON.format(leave=words['leave'])}"
    return _page(language, words["ask"], body)


@router.post("/unsubscribe/{token}", response_model=None, responses={**problems(404, 503), **SHOWN})
async def unsubscribe(token: Token, shared: ServicesOf, wanted: LanguagesOf) -> HTMLResponse:
    """Take the person off the academy's bulk mail. Posted again: the same."""
    academy = await shared.db.call("unsubscribe", {"token": token})
    if academy is None:
        raise ExpectedError(
            "unsubscribe_link_invalid",
            "Ce lien de désabonnement n'est pas valable.",
            404,
            "Use the link of a mail, whole.",
        )
    language = await _language(token, shared, wanted)
    words = WORDS[language]
    return _page(
        language, words["done"], f"<p>{words['doing'].format(academy=escape(academy))}</p>"
    )


async def _language(token: str, shared: Services, wanted: list[str]) -> str:
    """Return the language the person has chosen, else the browser's, else the academy's."""
    known = await shared.db.call("unsubscribe_locales", {"token": token}) or {}
    return spoken(known.get("locale"), *wanted, known.get("academy_locale"))


def _page(language: str, title: str, body: str) -> HTMLResponse:
    content = PAGE.format(language=language, title=title, body=body)
    return HTMLResponse(content, headers={**HEADERS, "Content-Language": language})
