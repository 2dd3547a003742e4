"""The environment that the stack gives its functions and workers; `preau env` prints it.

It holds everything a client or a worker needs to use the stack: addresses, the well-known keys, the
mail server, and the stand-in's secrets of each seeded academy.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from dotenv import dotenv_values

from preau.errors import PreauError
from preau.local import keys
from preau.local.paths import PROJECT
from preau.local.ports import HOST, Ports

ACADEMIES = ("mecaformation", "aurora50", "nexus-reussite")
STANDIN_KEY = "sk_test_standin_"
# What the stack sets itself; a value from outside would lead its pieces elsewhere.
OWN = ("SUPABASE_", "SMTP_", "STRIPE_", "INBOX_", "FUNCTIONS_", "PREAU_")


@dataclass(frozen=True)
class StandinAccount:
    """One academy's account with the Stripe stand-in, as its seed names it."""

    academy: str

    @property
    def slug(self) -> str:
        """The account in the webhook's address."""
        return f"{self.academy}-stripe"

    @property
    def key(self) -> str:
        """Its secret key."""
        return STANDIN_KEY + self._word

    @property
    def webhook_secret(self) -> str:
        """What its webhooks are signed with."""
        return f"whsec_standin_{self._word}"

    def variables(self) -> dict[str, str]:
        """Return its secrets under the names the provider account's row gives them."""
        prefix = f"STRIPE_{self._word.upper()}"
        return {f"{prefix}_SECRET_KEY": self.key, f"{prefix}_WEBHOOK_SECRET": self.webhook_secret}

    def entry(self, ports: Ports) -> dict[str, str]:
        """Return its entry in the accounts file of the stand-in."""
        return {
            "account": f"acct_standin_{self._word}",
            "slug": self.slug,
            "secret_key": self.key,
            "webhook_url": f"{ports.url('gateway')}/functions/v1/stripe-webhook/{self.slug}",
            "webhook_secret": self.webhook_secret,
        }

    @property
    def _word(self) -> str:
        return self.academy.replace("-", "_")


def standin_accounts() -> list[StandinAccount]:
    """Return the stand-in's account of each seeded academy."""
    return [StandinAccount(academy) for academy in ACADEMIES]


def load_dotenv() -> None:
    """Take over the project's `.env` for what the environment lacks; never inside the stack."""
    if os.environ.get("PREAU_LOCAL_STACK") == "1":
        return
    for name, value in dotenv_values(PROJECT / ".env").items():
        if value:
            os.environ.setdefault(name, value)


def real_stripe(env: Mapping[str, str]) -> bool:
    """Tell whether somebody set a key of Stripe itself, which replaces the stand-in."""
    key = env.get("STRIPE_SECRET_KEY", "")
    return bool(key) and not key.startswith(STANDIN_KEY)


def refuse_live_keys(env: Mapping[str, str]) -> None:
    """Raise `PreauError` where a key of Stripe's would take real money from the local stack."""
    live = sorted(k for k, v in env.items() if k.startswith("STRIPE_") and "k_live_" in v)
    if live:
        raise PreauError(
            "live_key_refused",
            f"{', '.join(live)}: a live key has no place on the local stack.",
            "Use a test key (sk_test_…), or unset it and pay with the stand-in.",
        )


def stack_env(ports: Ports, outside: Mapping[str, str]) -> dict[str, str]:
    """Return the stack's variables. `outside` is asked for a key of Stripe itself, nothing else."""
    env = {
        "SUPABASE_URL": ports.url("gateway"),
        "SUPABASE_ANON_KEY": keys.ANON_JWT,
        "SUPABASE_SERVICE_ROLE_KEY": keys.SERVICE_ROLE_JWT,
        "SUPABASE_PUBLISHABLE_KEY": keys.PUBLISHABLE_KEY,
        "SUPABASE_SECRET_KEY": keys.SECRET_KEY,
        "SUPABASE_DB_URL": keys.database_url(ports["postgres"]),
        "SUPABASE_JWT_SECRET": keys.JWT_SECRET,
        "INBOX_URL": ports.url("inbox"),
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(ports["smtp"]),
        "SMTP_TLS": "none",
        "FUNCTIONS_HOST": HOST,
        "FUNCTIONS_PORT": str(ports["functions"]),
        "PREAU_PORT_BASE": str(ports.base),
    }
    if real_stripe(outside):
        return env | {k: v for k, v in outside.items() if k.startswith("STRIPE_") and v}
    env["STRIPE_API_BASE"] = ports.url("stripe")
    for account in standin_accounts():
        env |= account.variables()
    return env


def child_env(ports: Ports, outside: Mapping[str, str]) -> dict[str, str]:
    """Return what functions and workers of the stack get: ours, and the rest from outside."""
    rest = {k: v for k, v in outside.items() if not k.startswith(OWN)}
    kept = {k: v for k, v in outside.items() if k == "PREAU_CRASH_AT"}
    return rest | stack_env(ports, outside) | kept | {"PREAU_LOCAL_STACK": "1"}
