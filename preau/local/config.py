"""`supabase/config.toml`, the one project file, as far as the local stack acts on it.

The format is the Supabase CLI's (`supabase config push` sends the same file to a hosted project);
keys the local stack has no use for are left alone. Durations are written as Go writes them ("1s",
"1h30m") and sizes as the CLI does ("50MiB"); here they become seconds and bytes.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from preau.errors import PreauError
from preau.local.paths import PROJECT, SUPABASE

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|KB|KiB|MB|MiB|GB|GiB)", re.IGNORECASE)
_BYTES = {"b": 1, "kb": 10**3, "kib": 2**10, "mb": 10**6, "mib": 2**20, "gb": 10**9, "gib": 2**30}


def _seconds(value: object) -> object:
    """Turn "1m30s" into 90.0; what is no text is left to the field's own check."""
    if not isinstance(value, str):
        return value
    parts = _DURATION.findall(value)
    if not parts or "".join(number + unit for number, unit in parts) != value:
        raise ValueError('should be a duration such as "1s", "5m" or "1h30m"')
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def _bytes(value: object) -> object:
    """Turn "50MiB" into 52428800; what is no text is left to the field's own check."""
    if not isinstance(value, str):
        return value
    match = _SIZE.fullmatch(value)
    if not match:
        raise ValueError('should be a size such as "500KB" or "50MiB"')
    return int(float(match[1]) * _BYTES[match[2].lower()])


Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]
Bytes = Annotated[int, BeforeValidator(_bytes), Field(gt=0)]
Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")]


class Section(BaseModel):
    """A table of the file: what it does not know it ignores, what it knows it checks."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Api(Section):
    """PostgREST: which schemas are exposed and how many rows one answer may hold."""

    schemas: list[Identifier] = Field(["public", "graphql_public"], min_length=1)
    extra_search_path: list[Identifier] = ["public", "extensions"]
    max_rows: int = Field(1000, ge=1)


class Db(Section):
    """The database's major version; the local Postgres must be of the same."""

    major_version: Literal[15, 17] = 17


class Template(Section):
    """One auth mail: its subject, and its HTML relative to the project folder."""

    subject: str | None = None
    content_path: Path | None = Field(None, strict=False)


class Smtp(Section):
    """Who hosted Auth sends as. Locally only the sender counts: mails go to the inbox."""

    admin_email: str | None = None
    sender_name: str | None = None


class Email(Section):
    """Sign-up and sign-in by e-mail."""

    enabled: bool = Field(True, validation_alias=AliasChoices("enabled", "enable_signup"))
    double_confirm_changes: bool = True
    enable_confirmations: bool = False
    max_frequency: Seconds = 1.0
    otp_length: int = Field(6, ge=6, le=10)
    otp_expiry: int = Field(3600, ge=1, le=86400)
    smtp: Smtp = Smtp()
    template: dict[str, Template] = {}

    @field_validator("template")
    @classmethod
    def _known(cls, value: dict[str, Template]) -> dict[str, Template]:
        known = {"confirmation", "recovery", "magic_link", "invite", "email_change"}
        known |= {"reauthentication"}
        if unknown := sorted(set(value) - known):
            raise ValueError(f"has no template {unknown[0]}; there are {', '.join(sorted(known))}")
        return value


class Sessions(Section):
    """When a session ends by itself; absent means never."""

    timebox: Seconds | None = None
    inactivity_timeout: Seconds | None = None


class RateLimit(Section):
    """How often: mails in an hour by the whole project; the rest in 5 minutes by one address."""

    email_sent: int = Field(2, ge=1)
    sign_in_sign_ups: int = Field(30, ge=1)
    token_refresh: int = Field(150, ge=1)
    token_verifications: int = Field(30, ge=1)


class Totp(Section):
    """Second factors by authenticator app: whether new ones may be made, and old ones used."""

    enroll_enabled: bool = False
    verify_enabled: bool = False


class Mfa(Section):
    """Second factors."""

    max_enrolled_factors: int = Field(10, ge=1)
    totp: Totp = Totp()


class Auth(Section):
    """Auth: where its mails lead, how long its tokens live, what a password must be."""

    site_url: str = Field("http://127.0.0.1:3000", pattern=r"^https?://\S+$")
    additional_redirect_urls: list[str] = []
    jwt_expiry: int = Field(3600, ge=1, le=604800)
    enable_signup: bool = True
    enable_anonymous_sign_ins: bool = False
    enable_refresh_token_rotation: bool = True
    refresh_token_reuse_interval: int = Field(10, ge=0)
    minimum_password_length: int = Field(6, ge=6, le=72)
    password_requirements: Literal[
        "", "letters_digits", "lower_upper_letters_digits", "lower_upper_letters_digits_symbols"
    ] = ""
    email: Email = Email()
    sessions: Sessions = Sessions()
    rate_limit: RateLimit = RateLimit()
    mfa: Mfa = Mfa()


class Bucket(Section):
    """A storage bucket that exists from the start."""

    public: bool = False
    file_size_limit: Bytes | None = None
    allowed_mime_types: list[str] = []


class Storage(Section):
    """Storage: the largest file, and the buckets."""

    file_size_limit: Bytes = 50 * 2**20
    buckets: dict[str, Bucket] = {}


class Config(Section):
    """The whole file, defaults as the CLI has them."""

    project_id: str = Field(min_length=1)
    api: Api = Api()
    db: Db = Db()
    auth: Auth = Auth()
    storage: Storage = Storage()


def read(path: Path = SUPABASE / "config.toml", outside: Mapping[str, str] = os.environ) -> Config:
    """Read and check the file; `PreauError` names the key that is wrong and what it should be.

    `PREAU_LOCAL_AUTH` in `outside` is JSON that the local stack lays over the table `auth`.
    """
    shown = path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PreauError(
            "config_missing", f"{shown} is not there.", "Restore it: git checkout -- supabase."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PreauError(
            "config_unreadable", f"{shown} is not valid TOML: {error}.", "Correct that line."
        ) from None
    if overlay := outside.get("PREAU_LOCAL_AUTH"):
        data["auth"] = _laid_over(data.get("auth", {}), _overlay(overlay))
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise PreauError("config_invalid", _sentence(str(shown), error), "Correct it.") from None
    for name, template in config.auth.email.template.items():
        if template.content_path and not (PROJECT / template.content_path).is_file():
            raise PreauError(
                "config_invalid",
                f"{shown}: auth.email.template.{name}.content_path names"
                f" {template.content_path}, which is not there.",
                "Create the file, or correct the path (it is relative to the project folder).",
            )
    return config


def _overlay(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise PreauError(
            "config_invalid",
            "PREAU_LOCAL_AUTH is no JSON object.",
            """Write it as {"email": {"max_frequency": "1s"}}, or unset it.""",
        )
    return found


def _laid_over(table: Any, overlay: dict[str, Any]) -> dict[str, Any]:
    """Return the table with the overlay's keys in place of its own, table by table."""
    under = table if isinstance(table, dict) else {}
    return under | {
        key: _laid_over(under.get(key), value) if isinstance(value, dict) else value
        for key, value in overlay.items()
    }


def _sentence(shown: str, error: ValidationError) -> str:
    """Return the first fault as a sentence that names its key."""
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    problem = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if fault["type"] == "missing":
        return f"{shown}: {key} is missing."
    return f"{shown}: {key} {problem}, and not {fault['input']!r}."
