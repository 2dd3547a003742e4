"""The developer's dashboard at `/`: accounts, sessions, events and how their webhooks went."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from preau.local.stripe.event_controls import history
from preau.local.stripe.pages.render import page
from preau.local.stripe.standin import Standin
from preau.local.stripe.store import load

SESSIONS, EVENTS = 20, 60


def routes(standin: Standin) -> list[Route]:
    """Return the dashboard's route."""
    return [Route("/", partial(_show, standin), methods=["GET"])]


async def _show(standin: Standin, _: Request) -> Response:
    with standin.transaction() as tx:
        paused = standin.paused(tx)
        sessions = tx.rows(
            "latest_objects", object="checkout.session", account=None, limit=SESSIONS
        )
        events = tx.rows("latest_objects", object="event", account=None, limit=EVENTS)
        return page(
            "dashboard.html",
            now=standin.now(),
            offset=standin.offset,
            accounts=list(standin.accounts),
            paused=paused,
            slugs={account.account: account.slug for account in standin.accounts},
            sessions=[(row["account"], load(row["body"])) for row in sessions],
            events=[history(standin, tx, load(row["body"]), row["account"]) for row in events],
        )
