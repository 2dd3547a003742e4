"""A new academy from a small file: what the operator writes down, and how it reaches the database.

The file says what an academy is at its start. Afterwards its own admins change it, so applying the
same file again changes nothing, and a file that says something else of a taken slug is refused.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal, LiteralString
from zoneinfo import available_timezones

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from preau.errors import PreauError

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ADDRESS = r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$"
SECRETS = {
    "stripe": ("SECRET_KEY", "WEBHOOK_SECRET"),
    "sendgrid": ("API_KEY", "WEBHOOK_KEY"),
    "smtp": ("PASSWORD",),
    "console": (),
}
COLUMNS = (
    *("slug", "name", "country", "currency", "locale", "timezone", "site_url", "sender_name"),
    *("sender_email", "reply_to", "branding", "settings", "allowed_return_hosts"),
    "open_to_sign_up",
)


class Account(BaseModel):
    """An account with a provider; `secret_name` is the prefix of its environment variables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str = Field(pattern=SLUG)
    provider: Literal["stripe", "konnect", "wise", "sendgrid", "brevo", "smtp", "console", "openai"]
    secret_name: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    mode: Literal["test", "live"] = "test"
    priority: int = Field(100, ge=1, le=1000)
    settings: dict[str, Any] = {}

    @property
    def secrets(self) -> list[str]:
        """The environment variables that functions and workers need for it."""
        return [
            f"{self.secret_name}_{kind}" for kind in SECRETS.get(self.provider, ("SECRET_KEY",))
        ]


class AcademyFile(BaseModel):
    """What the file says; the columns of `public.academies` by their own names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str = Field(pattern=SLUG)
    name: str = Field(min_length=1, max_length=120)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    locale: str = Field("fr", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    timezone: str
    site_url: str = Field(pattern=r"^https?://[^\s/]+$")
    sender_name: str = Field(min_length=1)
    sender_email: str = Field(pattern=ADDRESS)
    reply_to: str | None = Field(None, pattern=ADDRESS)
    allowed_return_hosts: list[str] = []
    open_to_sign_up: bool = False
    branding: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    accounts: list[Account] = []

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is no time zone, such as Europe/Paris")
        return value


def read(file: Path) -> AcademyFile:
    """Return what a file says. Raises PreauError naming each field that is wrong."""
    try:
        return AcademyFile.model_validate(tomllib.loads(file.read_text()))
    except OSError as error:
        raise PreauError(
            "no_such_file", f"{file} cannot be read: {error.strerror}.", "Check the path."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PreauError(
            "academy_file_invalid", f"{file} is not TOML: {error}.", "Correct that line."
        ) from None
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, f['loc']))}: {f['msg'].removeprefix('Value error, ')}"
            for f in error.errors(include_input=False, include_url=False)
        )
        raise PreauError(
            "academy_file_invalid",
            f"{file}: {faults}.",
            "`preau academy create --help` shows a whole file.",
        ) from None


def create(connection: psycopg.Connection[Any], wanted: AcademyFile) -> str:
    """Make the academy and its accounts, all or nothing; returns `created` or `unchanged`.

    Raises PreauError `slug_taken` or `account_taken` where something else stands there already.
    """
    with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        values = wanted.model_dump(include=set(COLUMNS))
        given = {k: Jsonb(v) if isinstance(v, dict) else v for k, v in values.items()}
        made = cursor.execute(_INSERT, given).fetchone()
        found = cursor.execute(_ACADEMY, [wanted.slug]).fetchone() or {}
        stated = wanted.model_fields_set & set(COLUMNS)
        _refuse_others("slug_taken", f"academy {wanted.slug}", found, values, stated)
        added = [_add_account(cursor, found["id"], account) for account in wanted.accounts]
    return "created" if made or any(added) else "unchanged"


def _add_account(
    cursor: psycopg.Cursor[dict[str, Any]], academy_id: object, account: Account
) -> bool:
    values = account.model_dump() | {"academy_id": academy_id}
    row = values | {"settings": Jsonb(account.settings)}
    try:
        made = cursor.execute(_INSERT_ACCOUNT, row).fetchone()
    except psycopg.errors.UniqueViolation:
        raise PreauError(
            "account_taken",
            f"The academy has another default account with {account.provider}.",
            "Leave this one out, or change the other one's is_default first.",
        ) from None
    found = cursor.execute(_ACCOUNT, [account.slug]).fetchone() or {}
    name = f"account {account.slug}"
    _refuse_others("account_taken", name, found, values, set(values))
    return made is not None


def _refuse_others(
    code: str, what: str, found: dict[str, Any], wanted: dict[str, Any], stated: set[str]
) -> None:
    other = sorted(key for key in stated if found.get(key) != wanted[key])
    if other:
        raise PreauError(
            code,
            f"There is another {what} already; it differs in {', '.join(other)}.",
            "Choose another slug, or change the one that is there with SQL.",
        )


_INSERT: LiteralString = """
insert into public.academies (
    slug, name, country, currency, locale, timezone, site_url, sender_name, sender_email,
    reply_to, branding, settings, allowed_return_hosts, open_to_sign_up
)
values (
    %(slug)s, %(name)s, %(country)s, %(currency)s, %(locale)s, %(timezone)s, %(site_url)s,
    %(sender_name)s, %(sender_email)s, %(reply_to)s, %(branding)s, %(settings)s,
    %(allowed_return_hosts)s, %(open_to_sign_up)s
)
on conflict (slug) do nothing returning id"""
_ACADEMY: LiteralString = "select * from public.academies where slug = %s for update"
_INSERT_ACCOUNT: LiteralString = """
insert into private.provider_accounts (
    academy_id, slug, provider, mode, priority, settings, secret_name
)
values (
    %(academy_id)s, %(slug)s, %(provider)s, %(mode)s, %(priority)s, %(settings)s, %(secret_name)s
)
on conflict (slug) do nothing returning id"""
_ACCOUNT: LiteralString = "select * from private.provider_accounts where slug = %s"
