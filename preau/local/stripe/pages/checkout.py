"""The page a buyer pays on: `GET` shows it, `POST` pays. It works without JavaScript.

By card; with `?method=sepa_debit` by direct debit, where the session allows it.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from preau.local.stripe import cards, checkout, customers, debits, entries, line_items
from preau.local.stripe.context import Context
from preau.local.stripe.errors import Json
from preau.local.stripe.pages.render import page
from preau.local.stripe.sessions import KIND
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import Transaction, load

WRONG_EMAIL = "L’adresse e-mail est incomplète ou incorrecte."
SHOWN_AGAIN = ("email", "card_name", "card_expiry", "iban", "account_name")


def routes(standin: Standin) -> list[Route]:
    """Return the page's routes."""
    return [
        Route("/c/pay/{session}", partial(_show, standin), methods=["GET"]),
        Route("/c/pay/{session}", partial(_pay, standin), methods=["POST"]),
    ]


async def _show(standin: Standin, request: Request) -> Response:
    with standin.transaction() as tx:
        found = _find(standin, tx, request.path_params["session"])
        if found is None:
            return page("unknown.html", 404)
        context, session = found
        return form_page(context, session, _method(request, session), {}, {})


async def _pay(standin: Standin, request: Request) -> Response:
    """Pay, or show the page again with what is wrong; paying twice pays once."""
    body = (await request.body()).decode("utf-8", "replace")
    form = dict(parse_qsl(body, keep_blank_values=True))
    with standin.transaction() as tx:
        found = _find(standin, tx, request.path_params["session"])
        if found is None:
            return page("unknown.html", 404)
        context, session = found
        method = _method(request, session)
        if session["status"] == "complete":
            return RedirectResponse(checkout.success_url(session), 303)
        if session["status"] == "expired":
            return form_page(context, session, method, {}, {})
        email = _known_email(session) or form.get("email", "").strip()
        entry, problems = _entry(context, session, method, form)
        if not customers.EMAIL.match(email):
            problems["email"] = WRONG_EMAIL
        if problems:
            return form_page(context, session, method, form, problems, 400)
        if entry is None:
            checkout.accept(context, session, email, form.get("card_name", "").strip())
        elif (decline := checkout.pay(context, session, entry, email)) is not None:
            return form_page(context, session, method, form, {"payment": decline.french}, 402)
        question = checkout.question(context, session)
    return RedirectResponse(question or checkout.success_url(session), 303)


def _method(request: Request, session: Json) -> str:
    """Return the way to pay that the address asks for, or the first that the session has."""
    kinds: list[str] = session["payment_method_types"]
    asked = request.query_params.get("method", "")
    return asked if asked in kinds else kinds[0]


def _entry(
    context: Context, session: Json, method: str, form: dict[str, str]
) -> tuple[entries.Entry | None, entries.Problems]:
    if session["amount_total"] == 0:
        return None, {}
    return entries.debit(form) if method == "sepa_debit" else entries.card(form, context.now)


def _find(standin: Standin, tx: Transaction, identifier: str) -> tuple[Context, Json] | None:
    """Return a session of any account: who knows its identifier may pay it."""
    row = tx.row("find_anywhere", id=identifier, object=KIND)
    account = standin.accounts.by_id(row["account"]) if row else None
    if row is None or account is None:
        return None
    return standin.context(tx, account), load(row["body"])


def _known_email(session: Json) -> str | None:
    details = session["customer_details"]
    return details["email"] if details else None


def form_page(
    context: Context,
    session: Json,
    method: str,
    form: dict[str, str],
    problems: dict[str, str],
    status: int = 200,
) -> Response:
    """Return the page: the form of an open session, or what became of it."""
    common: dict[str, Any] = {"seller": context.account.name, "session": session}
    if session["status"] == "complete":
        return page("complete.html", success_url=checkout.success_url(session), **common)
    if session["status"] == "expired":
        return page("expired.html", 410, **common)
    return page(
        "pay.html",
        status,
        lines=line_items.of(context, session),
        known_email=_known_email(session),
        form={name: form.get(name, "") for name in SHOWN_AGAIN},
        problems=problems,
        method=method,
        cards=cards.CARDS,
        debits=debits.DEBITS,
        **common,
    )
