"""What each account's endpoint at Stripe is like, asked with the account's own key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from preau.client import is_loopback
from preau.production.accounts import STRIPE_KEY, key_of, stripe_accounts
from preau.production.finding import Finding
from preau.production.target import Target
from preau.production.webhooks import API_VERSION, handled_events
from preau.providers.stripe import STRIPE_API

REFUSED: Final = frozenset({401, 403})


def base(target: Target) -> Iterator[Finding]:
    """Stripe is Stripe itself."""
    other = target.given("STRIPE_API_BASE")
    local = is_loopback(target.url)  # then this is a trial, and its stand-in is right
    yield Finding(
        "stripe address",
        other is None or local or other.rstrip("/") == STRIPE_API,
        other or STRIPE_API,
        "Leave STRIPE_API_BASE empty: the stand-in takes no money.",
    )


def endpoints(target: Target) -> Iterator[Finding]:
    """An endpoint of ours is registered, enabled, with our events in our version's shape."""
    for account in stripe_accounts(target):
        key = key_of(target, account)
        form = STRIPE_KEY.match(key) if key else None
        if not key or form is None or form[1] != account.mode:
            continue  # which another check names
        yield _endpoint(target, account.slug, key)


def _endpoint(target: Target, slug: str, key: str) -> Finding:
    subject = f"webhook of {slug}"
    try:
        answer = target.http.get(
            f"{(target.given('STRIPE_API_BASE') or STRIPE_API).rstrip('/')}/v1/webhook_endpoints",
            params={"limit": 100},
            headers={"Authorization": f"Bearer {key}", "Stripe-Version": API_VERSION},
        )
    except httpx.HTTPError as error:
        said = f"Stripe does not answer: {type(error).__name__}"
        return Finding(subject, False, said, "Try again.", warning=True)
    if answer.status_code in REFUSED:
        may_not_see = key.startswith("rk_")
        return Finding(
            subject,
            False,
            f"could not be seen: {answer.status_code}",
            "Allow the restricted key to read webhook endpoints, or look at Stripe yourself."
            if may_not_see
            else "Stripe refuses that account's key: set the present one.",
            warning=may_not_see,
        )
    if answer.status_code != 200:
        said = f"Stripe answers {answer.status_code}"
        return Finding(subject, False, said, "Try again.", warning=True)
    ours = f"/functions/v1/stripe-webhook/{slug}"
    found = [one for one in answer.json()["data"] if urlsplit(one["url"]).path == ours]
    return _compared(target, subject, ours, found)


def _compared(target: Target, subject: str, path: str, found: list[dict[str, Any]]) -> Finding:
    bases = [known for known in (target.functions_url, target.url) if known]
    good = [one for one in found if one["url"] in {known + path for known in bases}]
    live = [one for one in good if one["status"] == "enabled"]
    if not live:
        said = "is disabled" if good else "is not registered"
        if found and not good:
            said = f"goes elsewhere: {found[0]['url']}"
        return Finding(subject, False, said, f"Register {bases[0]}{path} at Stripe and enable it.")
    endpoint = live[0]
    missing = sorted(handled_events() - set(endpoint["enabled_events"]))
    if missing and "*" not in endpoint["enabled_events"]:
        said = f"lacks {', '.join(missing)}"
        return Finding(subject, False, said, "Add them: `preau functions events` lists them all.")
    if endpoint["api_version"] != API_VERSION:
        said = f"sends events as of {endpoint['api_version'] or 'the account itself'}"
        return Finding(subject, False, said, f"Make it anew with api_version {API_VERSION}.")
    return Finding(subject, True, endpoint["url"])
