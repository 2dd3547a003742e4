"""Signatures of webhooks, and the secrets they are made with: two while one is being replaced.

Source: docs.stripe.com/webhooks#verify-manually and #roll-endpoint-secrets.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from preau.local.stripe.accounts import Account
from preau.local.stripe.store import Transaction


def signature(payload: str, secrets: list[str], at: int) -> str:
    """Return a `Stripe-Signature` header: one HMAC-SHA256 of `{t}.{payload}` a secret."""
    signed = f"{at}.{payload}".encode()
    made = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={mac}" for mac in made)])


def secrets(tx: Transaction, account: Account, now: int) -> list[str]:
    """Return the endpoint's secrets that are good now, the newest first."""
    kept = _kept(tx, account)
    old = [secret for secret, until in kept["old"] if until > now]
    return [kept["current"], *old]


def roll(tx: Transaction, account: Account, secret: str, until: int) -> None:
    """Give the endpoint another secret; the one it had stays good until then."""
    kept = _kept(tx, account)
    old = [[kept["current"], until], *kept["old"]]
    tx.set_setting(_name(account), json.dumps({"current": secret, "old": old}))


def forget(tx: Transaction, account: Account) -> None:
    """Return to the secret of the accounts file."""
    tx.set_setting(_name(account), "")


def _kept(tx: Transaction, account: Account) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tx.setting(_name(account)) or "{}")
    return {"current": account.webhook_secret, "old": []} | found


def _name(account: Account) -> str:
    return f"secrets:{account.account}"
