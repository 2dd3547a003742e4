"""Payment accounts: each has its own key, of its own mode, and its own webhook secret."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from preau.errors import PermanentError
from preau.production.finding import Finding
from preau.production.target import Target
from preau.providers.accounts import ProviderAccount

STRIPE_KEY: Final = re.compile(r"^[sr]k_(live|test)_\S+$")


def stripe_accounts(target: Target) -> list[ProviderAccount]:
    """Return the rows of private.provider_accounts that are Stripe's."""
    rows = target.facts["accounts"] if target.facts else []
    found = [ProviderAccount.model_validate(row) for row in rows]
    return [account for account in found if account.provider == "stripe"]


def key_of(target: Target, account: ProviderAccount) -> str | None:
    """Return the account's secret key, or None where it is not set."""
    try:
        return account.secret("SECRET_KEY", target.env)
    except PermanentError:
        return None


def each_has_its_own_key(target: Target) -> bool:
    """Whether there are accounts, and none of them uses the key that all may share."""
    names = [f"{account.secret_name}_SECRET_KEY" for account in stripe_accounts(target)]
    return bool(names) and all(n != "STRIPE_SECRET_KEY" and target.given(n) for n in names)


def provider_keys(target: Target) -> Iterator[Finding]:
    """The key is there, is a secret one, and takes real money only where that is meant."""
    for account in stripe_accounts(target):
        subject = f"key of {account.slug}"
        try:
            key = account.secret("SECRET_KEY", target.env)
        except PermanentError as error:
            yield Finding(subject, False, "is not set", error.hint or "")
            continue
        form = STRIPE_KEY.match(key)
        if form is None:
            said = "is a publishable key" if key.startswith("pk_") else "is no key of Stripe's"
            todo = "Put the secret key (sk_…) or a restricted one (rk_…) of that account there."
            yield Finding(subject, False, said, todo)
            continue
        yield Finding(
            subject,
            form[1] == account.mode,
            f"{form[1]} mode, the account is in {account.mode} mode",
            "Set that account's own key; or change its mode (docs/operations.md, Going live).",
        )


def webhook_secrets(target: Target) -> Iterator[Finding]:
    """Each endpoint's secret is there: what nobody can verify is refused, and nothing is paid."""
    for account in stripe_accounts(target):
        subject = f"webhook secret of {account.slug}"
        try:
            given = account.secret("WEBHOOK_SECRET", target.env)
        except PermanentError as error:
            yield Finding(subject, False, "is not set", error.hint or "")
            continue
        good = all(part.strip().startswith("whsec_") for part in given.split(","))
        yield Finding(
            subject,
            good,
            "is set" if good else "does not look like one",
            "Copy it from the endpoint's page at Stripe: whsec_….",
        )


def not_shared(target: Target) -> Iterator[Finding]:
    """No two live accounts use one key: one academy's money would go to another's."""
    keys = Counter(
        key
        for account in stripe_accounts(target)
        if account.mode == "live" and (key := key_of(target, account))
    )
    shared = [
        account.slug
        for account in stripe_accounts(target)
        if account.mode == "live" and keys[key_of(target, account) or ""] > 1
    ]
    yield Finding(
        "keys of two accounts",
        not shared,
        f"{' and '.join(shared)} have the same" if shared else "differ",
        "Set each account's own <SECRET_NAME>_SECRET_KEY.",
    )


def in_test_mode(target: Target) -> Iterator[Finding]:
    """An account in test mode takes no money: right for a trial, not for an academy at work."""
    trying = [account.slug for account in stripe_accounts(target) if account.mode == "test"]
    if trying:
        yield Finding(
            "accounts in test mode",
            False,
            ", ".join(trying),
            "When the academy opens: docs/operations.md, Going live.",
            warning=True,
        )
