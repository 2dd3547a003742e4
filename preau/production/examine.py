"""Every check of a deployment, in the order somebody would set it right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import httpx

from preau.errors import PreauError
from preau.production import (
    accounts,
    database,
    functions,
    gateway,
    jobs,
    keys,
    mail,
    management,
    stripe,
)
from preau.production.finding import Finding
from preau.production.secrets import hidden
from preau.production.target import Target

Check = Callable[[Target], Iterator[Finding]]
CHECKS: Final[tuple[Check, ...]] = (
    keys.in_their_places,
    keys.not_well_known,
    keys.not_legacy,
    keys.out_of_browsers,
    keys.no_traps,
    gateway.address,
    gateway.worker_schema,
    gateway.hidden_schemas,
    gateway.clock,
    gateway.sign_in,
    gateway.site_url,
    database.database_url,
    database.postgres,
    database.migrations,
    database.row_security,
    database.published,
    database.clock_jobs,
    database.academies,
    jobs.queues,
    jobs.dead_letters,
    functions.reached,
    functions.door,
    accounts.provider_keys,
    accounts.webhook_secrets,
    accounts.not_shared,
    accounts.in_test_mode,
    stripe.base,
    stripe.endpoints,
    mail.provider,
    mail.sendgrid_keys,
    mail.transport,
    mail.pages,
    mail.trial,
    management.auth_mails,
)

# What an answer of another shape, or an address that is none, comes to in a check.
ERRORS: Final = (
    *(httpx.HTTPError, httpx.InvalidURL),
    *(ValueError, LookupError, TypeError, AttributeError),
)


def examine(target: Target) -> list[Finding]:
    """Run every check. An error in one is its finding and does not keep the others from running.

    A project that does not answer at all is one finding, and the end of it.
    """
    return [hidden(found, target.env) for found in _examine(target)]


def _examine(target: Target) -> list[Finding]:
    try:
        target.http.get(f"{target.url}/auth/v1/health")
    except PreauError as error:
        return [Finding("settings", False, error.message, error.hint or "")]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        said = f"{target.url} does not answer: {type(error).__name__}"
        return [Finding("project", False, said, "Correct SUPABASE_URL; is the project paused?")]
    found: list[Finding] = []
    for check in CHECKS:
        subject = check.__name__.replace("_", " ")
        try:
            found += check(target)
        except PreauError as error:
            found.append(Finding(subject, False, error.message, error.hint or ""))
        except ERRORS as error:
            said = f"could not be checked: {type(error).__name__}"  # its words may hold a secret
            found.append(Finding(subject, False, said, "Try again; then tell the maintainers."))
    return found
