"""How Auth's mails leave: what only the management API tells, with a token of whoever looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from preau.production.finding import Finding
from preau.production.target import Target

HOOK: Final = "/functions/v1/send-email"
HOSTED: Final = ".supabase.co"
SUBJECT: Final = "auth mails"


def auth_mails(target: Target) -> Iterator[Finding]:
    """By the Send E-mail hook, or by an SMTP server of one's own; else two mails an hour leave."""
    told = _auth_config(target)
    if isinstance(told, str):
        todo = (
            "Set SUPABASE_ACCESS_TOKEN for this command (and SUPABASE_PROJECT_REF behind a domain"
            " of one's own), or look at Authentication → Hooks and → Emails yourself."
        )
        yield Finding(SUBJECT, False, told, todo, warning=True)
        return
    if not told.get("hook_send_email_enabled"):
        yield Finding(
            SUBJECT,
            bool(told.get("smtp_host")),
            "leave by SMTP" if told.get("smtp_host") else "neither the hook nor SMTP is set",
            'Set the Send E-mail hook: docs/deploy.md, "Mails".',
        )
        return
    uri = str(told.get("hook_send_email_uri"))
    good = {base + HOOK for base in (target.url, target.functions_url) if base}
    yield Finding(
        SUBJECT,
        uri in good,
        "leave through the outbox" if uri in good else f"the hook calls {uri}",
        f"Let it call {target.url}{HOOK}.",
    )
    yield from _secret(target)


def _secret(target: Target) -> Iterator[Finding]:
    """A call that nobody signed is refused for that, and not for want of a secret."""
    try:
        answer = target.http.post(f"{target.functions_url or target.url}{HOOK}", json={})
    except httpx.HTTPError:
        return  # that functions do not answer is another check's to say
    missing = "hook_not_configured" in answer.text
    yield Finding(
        "hook secret",
        not missing,
        "the functions do not have it" if missing else "the functions have one",
        "Set SEND_EMAIL_HOOK_SECRET where functions run, the same as the hook's.",
    )


def _auth_config(target: Target) -> dict[str, Any] | str:
    """Return Auth's configuration, or why it could not be seen."""
    token = target.given("SUPABASE_ACCESS_TOKEN")
    if token is None:
        return "not seen: no SUPABASE_ACCESS_TOKEN"
    host = urlsplit(target.url).hostname or ""
    ref = target.given("SUPABASE_PROJECT_REF")
    if ref is None and host.endswith(HOSTED):
        ref = host.removesuffix(HOSTED)
    if ref is None:
        return "not seen: the project's reference is not known"
    try:
        answer = target.http.get(
            f"{target.management_url}/v1/projects/{ref}/config/auth",
            headers={"Authorization": f"Bearer {token}"},
        )
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        return f"not seen: the management API does not answer ({type(error).__name__})"
    if answer.status_code != 200 or not isinstance(found, dict):
        return f"not seen: the management API answers {answer.status_code}"
    return found
