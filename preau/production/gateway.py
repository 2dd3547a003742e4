"""The project's addresses: what is exposed to whom, whose clock is right, how people sign in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from preau.client import LOOPBACK_HOSTS, is_loopback
from preau.production.finding import Finding
from preau.production.keys import kind
from preau.production.target import Target

SKEW_SECONDS: Final = 30
HIDDEN: Final = ("private", "pgmq", "auth", "cron", "vault", "net")
EXPOSED: Final = "In the dashboard: Settings → API → Exposed schemas (or `supabase config push`)."
STRANGER: Final = "http://localhost:3000/doctor"


def address(target: Target) -> Iterator[Finding]:
    """Keys and tokens travel there: not in the clear."""
    safe = urlsplit(target.url).scheme == "https" or is_loopback(target.url)
    yield Finding("address", safe, target.url, "Use the https address of the project.")


def worker_schema(target: Target) -> Iterator[Finding]:
    """The schema `worker` is exposed, to the secret key and to no other."""
    subject = "schema worker"
    if kind(target.secret_key) != "secret" or kind(target.publishable_key) != "publishable":
        return  # which another check names; nothing could be told by them
    path, body = "rpc/queue_depths", dict[str, str]()
    ours = target.rest("POST", path, target.secret_key, schema="worker", body=body)
    if ours.status_code == 406:
        yield Finding(subject, False, "is not exposed", f"Add worker. {EXPOSED}")
        return
    if ours.status_code != 200:
        said = f"{ours.status_code} {ours.text[:200]}"
        todo = "Check the secret key, and that `supabase db push` has run."
        yield Finding(subject, False, f"does not answer the secret key: {said}", todo)
        return
    theirs = target.rest("POST", path, target.publishable_key, schema="worker", body=body)
    yield Finding(
        subject,
        theirs.status_code != 200,
        "answers the secret key, and no other"
        if theirs.status_code != 200
        else "answers the publishable key, too",
        "Revoke it: `revoke usage on schema worker from public, anon, authenticated`, and execute"
        " on its functions likewise.",
    )


def hidden_schemas(target: Target) -> Iterator[Finding]:
    """Nothing else is exposed: what is internal has no address at all."""
    open_ = [schema for schema in HIDDEN if _is_exposed(target, schema)]
    yield Finding(
        "hidden schemas",
        not open_,
        f"exposed: {', '.join(open_)}" if open_ else "none is exposed",
        f"Take it out. {EXPOSED}",
    )


def _is_exposed(target: Target, schema: str) -> bool:
    """PostgREST says 406 where it is not; a gateway that refuses the key gives no code at all."""
    answer = target.rest("GET", "x", target.publishable_key, schema=schema)
    return answer.status_code != 406 and "code" in answer.text


def clock(target: Target) -> Iterator[Finding]:
    """Signatures and tokens hold for minutes: this machine must agree on the time."""
    asked = time.time()
    answer = target.http.get(f"{target.url}/auth/v1/health", headers=_with_key(target))
    told = answer.headers.get("date")
    if told is None:
        yield Finding("clock", False, "the project tells no Date", "Look at it.", warning=True)
        return
    apart = abs(parsedate_to_datetime(told).timestamp() - (asked + time.time()) / 2)
    now = datetime.now(UTC).strftime("%H:%M:%S")
    yield Finding(
        "clock",
        apart <= SKEW_SECONDS,
        f"{apart:.0f} s from the project's (here it is {now} UTC)",
        "Let the machine keep its time (NTP): webhooks and tokens are refused otherwise.",
    )


def sign_in(target: Target) -> Iterator[Finding]:
    """Auth confirms addresses, and lets nobody in without a name."""
    answer = target.http.get(f"{target.url}/auth/v1/settings", headers=_with_key(target))
    if answer.status_code != 200:
        said = f"settings answer {answer.status_code}"
        yield Finding("auth", False, said, "Check SUPABASE_URL and the publishable key.")
        return
    told = answer.json()
    yield Finding(
        "confirmations",
        told.get("mailer_autoconfirm") is False,
        "are asked for" if told.get("mailer_autoconfirm") is False else "are switched off",
        "Switch on Authentication → Sign in → Confirm email: invitations trust the address.",
    )
    anonymous = told.get("external", {}).get("anonymous_users") is True
    yield Finding(
        "anonymous sign-in",
        not anonymous,
        "is on" if anonymous else "is off",
        "Switch it off (Authentication → Sign in): Préau's policies mean people with an address.",
    )


def site_url(target: Target) -> Iterator[Finding]:
    """Where Auth's mails lead. A link that is no good any more is sent to the same address."""
    query = {"type": "signup", "token": "doctor"}
    default = _destination(target, query)
    if default is None:
        todo = "Look at Authentication → URL configuration yourself."
        yield Finding("site_url", False, "could not be seen", todo, warning=True)
        return
    local = urlsplit(default).hostname in LOOPBACK_HOSTS
    todo = "Set it in Authentication → URL configuration, or push a config.toml that overrides it."
    yield Finding("site_url", not local, default.split("#")[0].split("?")[0], todo)
    led = _destination(target, query | {"redirect_to": STRANGER}) or ""
    allowed = not local and urlsplit(led).hostname in LOOPBACK_HOSTS
    yield Finding(
        "redirects",
        not allowed,
        "localhost is allowed" if allowed else "localhost is not allowed",
        "Take it out of Authentication → URL configuration: a link would hand its session to it.",
    )


def _destination(target: Target, query: dict[str, str]) -> str | None:
    answer = target.http.get(
        f"{target.url}/auth/v1/verify", params=query, headers=_with_key(target)
    )
    location: str | None = answer.headers.get("location")
    return location


def _with_key(target: Target) -> dict[str, str]:
    return {"apikey": target.publishable_key}
