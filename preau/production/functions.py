"""The Python functions: reached the way front ends do, of this version, and well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from preau.client import is_loopback
from preau.production import accounts, mail
from preau.production.finding import Finding
from preau.production.target import Target

PATH = "/functions/v1/health"


def reached(target: Target) -> Iterator[Finding]:
    """Through the project (the forwarders) and, where its address is given, at the service."""
    places = {"functions": target.url}
    if target.functions_url:
        places["functions service"] = target.functions_url
    healths = [health for name, base in places.items() for health in _look(target, name, base)]
    yield from (finding for finding, _ in healths)
    told = next((health for _, health in healths if health), None)
    if told:
        yield from _well(target, told)


def door(target: Target) -> Iterator[Finding]:
    """A service that the internet reaches lets in the forwarders and nobody beside them."""
    base = target.functions_url
    if base is None:
        return
    safe = base.startswith("https://") or is_loopback(base)
    yield Finding("functions address", safe, base, "Give the service TLS: tokens travel there.")
    try:
        answer = target.http.get(f"{base}/functions/v1/payment-status")
    except httpx.HTTPError:
        return  # the other check says so
    shut = answer.status_code == 403
    yield Finding(
        "functions door",
        shut,
        "only forwarders may enter" if shut else "anybody may enter, past the project's edge",
        "Set PREAU_FORWARD_SECRET, the same for the service and the Edge Functions' secrets.",
        warning=True,
    )


def _look(
    target: Target, subject: str, base: str
) -> Iterator[tuple[Finding, dict[str, Any] | None]]:
    hints = {
        404: "They are not deployed: `preau functions forwarders`, `supabase functions deploy`.",
        401: "Set verify_jwt = false (supabase/config.toml has it) and deploy again.",
    }
    try:
        answer = target.http.get(base + PATH)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        said = f"{base}: {type(error).__name__}"
        yield Finding(subject, False, said, "Start the functions' service there."), None
        return
    try:
        told = answer.json()
    except ValueError:
        told = None
    if isinstance(told, dict) and "checks" in told:
        yield Finding(subject, True, f"answer at {base}"), told
        return
    code = told.get("code") if isinstance(told, dict) else None
    todo = hints.get(answer.status_code, "Is the service up, and PREAU_FUNCTIONS_URL its address?")
    yield Finding(subject, False, f"{base}: {answer.status_code} {code or ''}".strip(), todo), None


def _well(target: Target, told: dict[str, Any]) -> Iterator[Finding]:
    yield Finding(
        "functions version",
        told["version"] == target.version,
        f"{told['version']}, this checkout is {target.version}",
        "Deploy functions and workers of this checkout.",
    )
    failed = {name for name, check in told["checks"].items() if check["status"] == "failed"}
    if target.queues is None:
        failed.discard("database")  # nobody is answered, which another check names
    ill = sorted(failed)
    yield Finding(
        "functions health",
        not ill,
        f"{', '.join(ill)} does not answer them" if ill else "all they need answers them",
        "Check that part's settings where the functions run, and their log (health.failed).",
    )
    unasked = {n for n, check in told["checks"].items() if check["status"] == "not_configured"}
    bare = sorted(unasked - _asked_elsewhere(target))
    yield Finding(
        "functions settings",
        not bare,
        f"they know no {', '.join(bare)}" if bare else "nothing is left out",
        "Set it where the functions run: .env.example says what it is for.",
        warning=True,
    )


def _asked_elsewhere(target: Target) -> set[str]:
    """What /health asks by settings of the environment alone, where accounts bring their own.

    Other checks look at each of those accounts. A shared setting, for its sake, would be worse.
    """
    found: set[str] = set()
    if accounts.each_has_its_own_key(target):
        found.add("stripe")
    if mail.needs_no_server(target):
        found.add("mail")
    return found
