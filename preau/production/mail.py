"""Mails leave: with a provider, over TLS, to whom they are for."""

from __future__ import annotations

from collections.abc import Iterator

from preau.client import LOOPBACK_HOSTS
from preau.errors import PermanentError
from preau.production.finding import Finding
from preau.production.target import Target
from preau.providers.accounts import ProviderAccount

MAIL_PROVIDERS = frozenset({"smtp", "sendgrid"})


def provider(target: Target) -> Iterator[Finding]:
    """A default provider that sends; or every academy has an account of its own."""
    chosen = target.given("MAIL_PROVIDER") or "smtp"
    needed = {"smtp": "SMTP_HOST", "sendgrid": "SENDGRID_API_KEY"}.get(chosen)
    if needed is None:
        todo = "Set MAIL_PROVIDER=smtp or sendgrid: mails are written to a log, and go nowhere."
        yield Finding("mail", False, f"MAIL_PROVIDER is {chosen}", todo)
    elif target.given(needed) or _every_academy_has_its_own(target):
        yield Finding("mail", True, chosen)
    else:
        yield Finding("mail", False, f"{needed} is not set", "Set it: until then mails wait.")


def sendgrid_keys(target: Target) -> Iterator[Finding]:
    """Each SendGrid account has its key."""
    for row in target.facts["accounts"] if target.facts else []:
        if row["provider"] != "sendgrid":
            continue
        account = ProviderAccount.model_validate(row)
        subject = f"key of {account.slug}"
        try:
            good = account.secret("API_KEY", target.env).startswith("SG.")
        except PermanentError as error:
            yield Finding(subject, False, "is not set", error.hint or "")
            continue
        said = "is set" if good else "does not look like one"
        yield Finding(subject, good, said, "Make one at SendGrid (SG.…) that may send mail.")
        try:
            account.secret("WEBHOOK_KEY", target.env)
        except PermanentError as error:
            said = "is not set: bounces and complaints are not heard of"
            yield Finding(f"events of {account.slug}", False, said, error.hint or "", warning=True)


def transport(target: Target) -> Iterator[Finding]:
    """Passwords and people's names do not travel in the clear."""
    host = target.given("SMTP_HOST")
    if host is None or (target.given("MAIL_PROVIDER") or "smtp") != "smtp":
        return
    clear = (target.given("SMTP_TLS") or "starttls") == "none" and host not in LOOPBACK_HOSTS
    yield Finding(
        "mail transport",
        not clear,
        "in the clear" if clear else "encrypted, or on this machine",
        "Set SMTP_TLS to starttls (port 587) or tls (port 465).",
    )


def pages(target: Target) -> Iterator[Finding]:
    """Hosted shows pages of Edge Functions as plain text; the one to leave bulk mail is a page."""
    told = target.given("FUNCTIONS_URL")
    yield Finding(
        "mail pages",
        told is not None,
        told or "FUNCTIONS_URL is not set: the unsubscribe page would be shown as text",
        "Set it to the functions' own address, https://…/functions/v1.",
        warning=True,
    )


def trial(target: Target) -> Iterator[Finding]:
    """The switch of trials, which sends everybody's mails to one address, is off."""
    to = target.given("MAIL_REDIRECT_TO")
    yield Finding(
        "mail trial",
        to is None,
        f"every mail goes to {to}" if to else "is off",
        "Unset MAIL_REDIRECT_TO, for the people to get their mails.",
    )


def needs_no_server(target: Target) -> bool:
    """Whether mails leave without SMTP_HOST: by SendGrid, or by accounts of every academy's own."""
    by_sendgrid = target.given("MAIL_PROVIDER") == "sendgrid" and target.given("SENDGRID_API_KEY")
    return bool(by_sendgrid) or _every_academy_has_its_own(target)


def _every_academy_has_its_own(target: Target) -> bool:
    if not target.facts or not target.facts["academies"]:
        return False
    served = {
        a["academy_slug"] for a in target.facts["accounts"] if a["provider"] in MAIL_PROVIDERS
    }
    return all(academy["slug"] in served for academy in target.facts["academies"])
