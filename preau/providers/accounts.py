"""An academy's account with a provider, and where its secrets come from.

The row (private.provider_accounts) names its secrets by prefix and never holds them: with
`secret_name = 'STRIPE_MECAFORMATION'` the key is in STRIPE_MECAFORMATION_SECRET_KEY. Where that is
not set, an account in test mode uses the provider's default (STRIPE_SECRET_KEY). A live account
never does: a forgotten variable would send one academy's money to another's account. A deployment
with one academy names its account's secret STRIPE, and sets one pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from preau.errors import PermanentError
from preau.settings import environment


class ProviderAccount(BaseModel):
    """A provider account as `worker.provider_account(slug)` returns it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    slug: str
    provider: str
    mode: Literal["test", "live"]
    secret_name: str | None = None
    academy_id: UUID
    academy_slug: str
    settings: dict[str, Any] = {}

    def publishable_key(self, env: Mapping[str, str] | None = None) -> str | None:
        """Return the key that browsers use with this account, or None where none is set."""
        try:
            return self.secret("PUBLISHABLE_KEY", env)
        except PermanentError:
            return None

    def secret(self, kind: str, env: Mapping[str, str] | None = None) -> str:
        """Return the secret of this `kind`, such as SECRET_KEY or WEBHOOK_SECRET.

        Raises PermanentError `secret_missing` naming the variables that were looked for.
        """
        values = environment() if env is None else env
        # SMTP_PASSWORD belongs to the environment's own server, not to any that a row names.
        shares = self.mode == "test" and self.provider != "smtp"
        default = self.provider.upper() if shares else None
        prefixes = (self.secret_name, default)
        names = [f"{prefix}_{kind}" for prefix in prefixes if prefix]
        for name in names:
            if value := values.get(name, "").strip():
                return value
        raise PermanentError(
            "secret_missing",
            f"The provider account {self.slug} has no {kind}.",
            f"Set {' or '.join(dict.fromkeys(names))} where workers and functions run.",
        )
