"""The accounts file: who may call, and where each account's webhooks go.

One entry an academy's account: `{"account": "acct_…", "slug", "secret_key": "sk_test_…",
"webhook_url", "webhook_secret": "whsec_…"}`, and optionally `display_name` and `enabled_events`.
Live keys and addresses outside loopback are refused here, before anything listens.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator


class AccountsError(Exception):
    """The accounts file can't be used; the message says what to change."""


class Account(BaseModel):
    """One Stripe account of the stand-in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str = Field(pattern=r"^acct_\w+$")
    slug: str = Field(min_length=1)
    secret_key: str
    webhook_url: str | None = None
    webhook_secret: str = Field(default="whsec_unused", pattern=r"^whsec_\S+$")
    display_name: str = ""
    enabled_events: tuple[str, ...] = ("*",)

    @field_validator("secret_key")
    @classmethod
    def _only_test_keys(cls, key: str) -> str:
        if not key.startswith("sk_test_"):
            raise ValueError("the key must start with sk_test_: the stand-in takes no other")
        return key

    @field_validator("webhook_url")
    @classmethod
    def _only_loopback(cls, url: str | None) -> str | None:
        if url is not None and not is_loopback(url):
            raise ValueError(f"{url} is not an http address on loopback")
        return url

    @property
    def name(self) -> str:
        """What a buyer reads at the top of the page."""
        return self.display_name or self.slug.removesuffix("-stripe").replace("-", " ").title()

    @property
    def publishable_key(self) -> str:
        """The key a browser may hold: the secret key with `pk_test_` at its head."""
        return "pk_test_" + self.secret_key.removeprefix("sk_test_")

    def wants(self, event_type: str) -> bool:
        """Tell whether the account's webhook endpoint listens to this type of event."""
        enabled = self.enabled_events
        return self.webhook_url is not None and ("*" in enabled or event_type in enabled)


class Accounts:
    """All accounts, found by key and by identifier."""

    def __init__(self, accounts: list[Account]) -> None:
        for field in ("account", "slug", "secret_key"):
            counted = Counter(getattr(account, field) for account in accounts)
            double = [value for value, times in counted.items() if times > 1]
            if double:
                raise AccountsError(f"two accounts have the same {field}; make them different")
        self._by_key = {account.secret_key: account for account in accounts}
        self._by_key |= {account.publishable_key: account for account in accounts}
        self._by_id = {account.account: account for account in accounts}

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def by_key(self, key: str) -> Account | None:
        """Return the account of a secret or a publishable key."""
        return self._by_key.get(key)

    def by_id(self, identifier: str) -> Account | None:
        """Return the account of an `acct_…`."""
        return self._by_id.get(identifier)

    def named(self, name: str) -> Account | None:
        """Return the account of a slug or an `acct_…`."""
        return next((a for a in self if name in (a.slug, a.account)), None)


def is_loopback(url: str) -> bool:
    """Tell whether an address is plain http on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def read(path: Path) -> Accounts:
    """Read the accounts file; raises AccountsError with a sentence, keys never repeated."""
    try:
        found = TypeAdapter(list[Account]).validate_json(path.read_bytes())
    except OSError as error:
        raise AccountsError(f"{path} can't be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise AccountsError(f"{path}: {place or 'the file'}: {message}") from None
    if not found:
        raise AccountsError(f"{path} names no account; give at least one")
    return Accounts(found)
