"""Identifiers as Stripe writes them: a prefix that names the kind, then letters and digits."""

from __future__ import annotations

import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def new(prefix: str, length: int = 24) -> str:
    """Return a fresh identifier such as `prod_4fK…`; it can't be guessed."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


def digits(length: int) -> str:
    """Return a reference of digits only."""
    return "".join(secrets.choice(string.digits) for _ in range(length))
