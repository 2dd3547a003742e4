"""`unsubscribe/<token>`: leave an academy's bulk mail by the link of any of them (RFC 8058).

Mail programs post to it without being asked twice. Opening it changes nothing, since scanners open
every link: it shows a page with a button.
"""

from __future__ import annotations

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from functions.context import ServicesOf
from functions.problems import problems
from preau.errors import ExpectedError

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
<html lang="fr"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
body{{font:1.125rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}}
button{{font:inherit;padding:.75rem 1.5rem}}</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""
ASK = (
    "<p>Vous ne recevrez plus nos annonces. Les messages qui répondent à ce que vous faites "
    "(inscription, paiement, mot de passe) vous parviendront toujours.</p>"
    '<form method="post"><button>Me désabonner</button></form>'
)
DONE = (
    "<p>C'est fait : {academy} ne vous enverra plus d'annonces. Les messages qui répondent à ce "
    "que vous faites vous parviendront toujours.</p>"
)


@router.get("/unsubscribe/{token}", response_model=None, responses={**problems(), **SHOWN})
async def ask(token: Token) -> HTMLResponse:
    """Show the button. Nothing changes, whoever or whatever opens the link."""
    return HTMLResponse(PAGE.format(title="Se désabonner", body=ASK), headers=HEADERS)


@router.post("/unsubscribe/{token}", response_model=None, responses={**problems(404, 503), **SHOWN})
async def unsubscribe(token: Token, shared: ServicesOf) -> HTMLResponse:
    """Take the person off the academy's bulk mail. Posted again: the same."""
    academy = await shared.db.call("unsubscribe", {"token": token})
    if academy is None:
        raise ExpectedError(
            "unsubscribe_link_invalid",
            "Ce lien de désabonnement n'est pas valable.",
            404,
            "Use the link of a mail, whole.",
        )
    body = DONE.format(academy=escape(academy))
    return HTMLResponse(PAGE.format(title="Désabonnement enregistré", body=body), headers=HEADERS)
