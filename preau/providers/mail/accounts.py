"""Which account a mail goes by: the academy's own in order, or the environment's where it has none.

One try of a mail uses one account. The first account has two tries, then the next has two, and so
on in a circle; an account that keeps failing is passed over (see `preau.providers.mail.circuit`).
So a mail is never handed to a second provider in the same try, and what may have been taken by the
first goes to another only as the retry that at-least-once delivery asks for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from preau.client import is_loopback
from preau.errors import PermanentError, PreauError, RetryableError
from preau.providers.accounts import ProviderAccount
from preau.providers.mail import MailProvider, mail_provider
from preau.providers.mail.circuit import Circuit
from preau.providers.mail.console import ConsoleMail
from preau.providers.mail.message import Mailbox, OutgoingMail
from preau.providers.mail.sendgrid import HOSTS, Region, SendGridMail
from preau.providers.mail.smtp import SmtpMail, TlsMode
from preau.settings import Settings

TRIES = 2
SHORT_REST = 5.0
LONGEST_WAIT = 600.0


class SmtpSettings(BaseModel):
    """What `settings` of an account with the provider smtp says; its secret is PASSWORD."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int = 587
    user: str | None = None
    tls: TlsMode = "starttls"


class SendGridSettings(BaseModel):
    """What `settings` of a SendGrid account says; its secrets are API_KEY and WEBHOOK_KEY."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: Region = "eu"
    asm_group: int | None = None
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One way out. `account` is None for the environment's own, which counts as live."""

    account: ProviderAccount | None
    settings: Settings = field(repr=False)
    mode: Literal["test", "live"] = "live"
    circuit: Circuit = field(default_factory=Circuit)

    def provider(self) -> MailProvider:
        """Return the provider, made once a process. Raises RetryableError if it cannot be had."""
        try:
            return _provider(self.settings, _key(self.account))
        except (PermanentError, ValidationError) as error:
            code = error.code if isinstance(error, PreauError) else "mail_not_configured"
            raise RetryableError(
                code,
                "The mail account cannot be used: " + str(error).replace("\n", " ")[:300],
                "Correct its row or its secret; the mail waits.",
                retry_in=300,
            ) from error


@cache
def route(settings: Settings, account: str | None) -> Route:
    """Return the route for an account's facts as JSON; one a process, so that it remembers."""
    known = None if account is None else ProviderAccount.model_validate_json(account)
    return Route(known, settings, "live" if known is None else known.mode)


def routes(settings: Settings, accounts: Sequence[ProviderAccount]) -> list[Route]:
    """Return an academy's ways out, in order."""
    return [route(settings, _key(account)) for account in accounts] or [route(settings, None)]


def choose(ways: Sequence[Route], attempt: int) -> Route:
    """Return the way of this try, counted from 1. Raises RetryableError if all have to rest."""
    start = (max(attempt, 1) - 1) // TRIES % len(ways)
    for way in [*ways[start:], *ways[:start]]:
        if not way.circuit.rest:
            return way
    soonest = min(way.circuit.rest for way in ways)
    raise RetryableError(
        "mail_accounts_resting",
        f"Each of the {len(ways)} mail accounts failed lately.",
        "They are tried again by themselves; the log says what they answered.",
        # Ever longer: else the tries of a mail would be used up within an hour of an outage.
        retry_in=max(soonest + 1, min(2.0**attempt, LONGEST_WAIT)),
    )


async def ready(ways: Sequence[Route], attempt: int) -> Route:
    """Return the way of this try, after a short rest of the accounts: a limit by the second."""
    soonest = min(way.circuit.rest for way in ways)
    if soonest <= SHORT_REST:
        await asyncio.sleep(soonest)
    return choose(ways, attempt)


def _key(account: ProviderAccount | None) -> str | None:
    return None if account is None else account.model_dump_json()


@cache
def _provider(settings: Settings, account: str | None) -> MailProvider:
    if account is None:
        return mail_provider(settings)
    known = ProviderAccount.model_validate_json(account)
    if known.provider == "console":
        return ConsoleMail()
    if known.provider == "smtp":
        smtp = SmtpSettings.model_validate(known.settings)
        password = known.secret("PASSWORD") if smtp.user else None
        return SmtpMail(
            host=smtp.host, port=smtp.port, username=smtp.user, password=password, tls=smtp.tls
        )
    grid = SendGridSettings.model_validate(known.settings)
    return SendGridMail(
        api_key=known.secret("API_KEY"),
        base_url=settings.sendgrid_api_base or HOSTS[grid.region],
        asm_group=grid.asm_group,
        sandbox=grid.sandbox,
    )


def addressed(mail: OutgoingMail, way: Route, provider: MailProvider) -> OutgoingMail:
    """Return the mail as it may go: to its reader, or to MAIL_REDIRECT_TO where that is set.

    Raises RetryableError where an account in test mode would write to real people.
    """
    instead = way.settings.mail_redirect_to
    if instead is not None:
        return replace(
            mail,
            to=Mailbox(instead, mail.to.name),
            original_to=mail.to.email,
            unsubscribe_url=None,  # whoever tries it out must not sign the reader off
        )
    if way.mode == "test" and not _is_local(provider):
        raise RetryableError(
            "mail_redirect_missing",
            "The mail account is in test mode and would write to real people.",
            "Set MAIL_REDIRECT_TO, or the account's mode to live.",
            retry_in=300,
        )
    return mail


def _is_local(provider: MailProvider) -> bool:
    """Tell whether a provider can reach no real person: its server is on this machine, or none."""
    if isinstance(provider, SmtpMail):
        return is_loopback(f"smtp://{provider.host}")
    if isinstance(provider, SendGridMail):
        return provider.sandbox or is_loopback(provider.base_url)
    return isinstance(provider, ConsoleMail)
