"""The buyer's bank and its question (3-D Secure): accept or refuse, without JavaScript.

The address holds a key that only the buyer was sent to. Back it goes to the shop: to the session's
page or its `success_url`, or to the `return_url` of an intent's confirmation.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from preau.local.stripe import checkout, paying, payment_intents, payment_methods, sessions
from preau.local.stripe.context import Context
from preau.local.stripe.errors import Json
from preau.local.stripe.pages.checkout import form_page
from preau.local.stripe.pages.render import page
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import Transaction, load

NOT_AUTHENTICATED = (
    "Votre banque n’a pas pu vous authentifier. Choisissez un autre moyen de paiement ou réessayez."
)


def routes(standin: Standin) -> list[Route]:
    """Return the bank's routes."""
    return [
        Route("/bank/{intent}/{key}", partial(_show, standin), methods=["GET"]),
        Route("/bank/{intent}/{key}", partial(_answer, standin), methods=["POST"]),
    ]


async def _show(standin: Standin, request: Request) -> Response:
    with standin.transaction() as tx:
        found = _find(standin, tx, request)
        if found is None:
            return page("answered.html", 404, accepted=None)
        context, intent = found
        method = payment_methods.use(context, intent["payment_method"])
        return page("bank.html", seller=context.account.name, intent=intent, method=method)


async def _answer(standin: Standin, request: Request) -> Response:
    """Take the answer; a second one finds the question gone."""
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    accepted = form.get("answer") == "accept"
    with standin.transaction() as tx:
        found = _find(standin, tx, request)
        if found is None:
            return page("answered.html", 404, accepted=None)
        context, intent = found
        return_url = payment_intents.private(context, intent).get("return_url")
        identifier = payment_intents.session_of(context, intent)
        if identifier is not None:
            return _back_to_checkout(context, intent, identifier, accepted=accepted)
        paying.answer(context, intent, accepted=accepted)
    if return_url is None:
        return page("answered.html", accepted=intent["status"] == "succeeded")
    return RedirectResponse(_with_outcome(return_url, intent), 303)


def _back_to_checkout(
    context: Context, intent: Json, identifier: str, *, accepted: bool
) -> Response:
    session = sessions.get(context, identifier)
    decline = checkout.answered(context, session, intent, accepted=accepted)
    if session["status"] == "complete":
        return RedirectResponse(checkout.success_url(session), 303)
    sentence = decline.french if decline else NOT_AUTHENTICATED
    return form_page(context, session, "card", {}, {"payment": sentence}, 402)


def _find(standin: Standin, tx: Transaction, request: Request) -> tuple[Context, Json] | None:
    """Return the intent whose question this address asks, while it is asked."""
    row = tx.row("find_anywhere", id=request.path_params["intent"], object=payment_intents.KIND)
    account = standin.accounts.by_id(row["account"]) if row else None
    if row is None or account is None:
        return None
    context, intent = standin.context(tx, account), load(row["body"])
    asked = paying.bank_key(context, intent)
    return (context, intent) if asked == request.path_params["key"] else None


def _with_outcome(return_url: str, intent: Json) -> str:
    """Return the shop's address with what Stripe adds to it."""
    parts = urlsplit(return_url)
    added = urlencode(
        {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed",
        }
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}".lstrip("&")))
