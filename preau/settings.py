"""What Préau reads from its environment, in one place, once.

Every setting is an environment variable of the same name in capitals; a `.env` file in the working
directory supplies those that the environment lacks. An empty value counts as absent. `.env.example`
is the text of `env_example()`; a test keeps the two equal.

Secrets of provider accounts are not listed here, since each academy has its own: their rows name
them, and `preau.providers.accounts` looks them up in `environment()`.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from preau.errors import PreauError

ENV_FILE = Path(".env")
_Value = TypeVar("_Value")


class Settings(BaseSettings):
    """All settings of functions and workers. Durations are seconds, sizes are bytes."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", populate_by_name=True, frozen=True
    )

    # --- Supabase -------------------------------------------------------------------------------
    supabase_url: str | None = Field(
        None,
        description="The project's URL, for example https://<ref>.supabase.co. With it and a secret"
        " key, `preau` works against that project; without them, against the local stack.",
    )
    supabase_publishable_key: str | None = Field(
        None,
        validation_alias=AliasChoices("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY"),
        description="The publishable key (sb_publishable_…); SUPABASE_ANON_KEY is read in its"
        " absence. Functions act as their caller with it.",
    )
    supabase_secret_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"),
        description="The secret key (sb_secret_…); SUPABASE_SERVICE_ROLE_KEY is read in its"
        " absence. Workers reach the database with this and the URL alone.",
    )
    supabase_db_url: SecretStr | None = Field(
        None,
        description="A Postgres URL for `preau migrate`, `seed`, `types` and `doctor`; workers and"
        " functions never read it.",
    )

    # --- Stripe ---------------------------------------------------------------------------------
    stripe_api_base: str | None = Field(
        None,
        description="Where Stripe's API is. Empty means Stripe itself; anything else must be on"
        " loopback.",
    )
    stripe_secret_key: SecretStr | None = Field(
        None,
        description="The key of every test-mode account whose own <SECRET_NAME>_SECRET_KEY is not"
        " set (sk_test_…, sk_live_… or a restricted rk_…). On the local stack, a test key replaces"
        " the stand-in by Stripe itself.",
    )
    stripe_webhook_secret: SecretStr | None = Field(
        None,
        description="The webhook secret of every test-mode account whose own"
        " <SECRET_NAME>_WEBHOOK_SECRET is not set (whsec_…). Two, separated by a comma, are both"
        " valid while one replaces the other.",
    )

    # --- Mail -----------------------------------------------------------------------------------
    mail_provider: Literal["smtp", "sendgrid", "console"] = Field(
        "smtp",
        description="What serves academies without a mail account of their own: smtp, sendgrid, or"
        " console: mails are written to the log and go nowhere, on purpose.",
    )
    mail_redirect_to: str | None = Field(
        None,
        description="For trials: every mail goes to this address instead, whoever it is for. A"
        " mail account in test mode sends nothing without it, unless its server is on loopback.",
    )
    sendgrid_api_key: SecretStr | None = Field(
        None,
        description="The key of MAIL_PROVIDER=sendgrid, and of every test-mode account whose own"
        " <SECRET_NAME>_API_KEY is not set (SG.…).",
    )
    sendgrid_region: Literal["global", "eu"] = Field(
        "global", description="Where that account's mails are kept: global or eu."
    )
    sendgrid_api_base: str | None = Field(
        None,
        description="Where SendGrid's API is. Empty means SendGrid itself; anything else must be on"
        " loopback.",
    )
    sendgrid_webhook_key: str | None = Field(
        None,
        description="The public key with which SendGrid's signed event webhook of test-mode"
        " accounts is checked, where <SECRET_NAME>_WEBHOOK_KEY is not set.",
    )
    send_email_hook_secret: SecretStr | None = Field(
        None,
        description="The secret of Auth's Send Email hook (v1,whsec_…) on a hosted project; two,"
        " separated by |, are both valid while one replaces the other. Unset: no such calls.",
    )
    smtp_host: str | None = Field(
        None,
        description="The mail server; the local stack sets it to its inbox. Unset, mails wait.",
    )
    smtp_port: int = Field(
        587, ge=1, le=65535, description="Its port: 587 for starttls, 465 for tls."
    )
    smtp_user: str | None = Field(None, description="The mail server's account, if it wants one.")
    smtp_password: SecretStr | None = Field(None, description="The password of that account.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls, or none (loopback only)."
    )
    inbox_url: str | None = Field(
        None, description="Where the local stack shows the mails it received, for people and tests."
    )

    # --- Functions ------------------------------------------------------------------------------
    functions_host: str = Field("127.0.0.1", description="The address `preau serve` listens on.")
    functions_port: int = Field(54334, ge=1, le=65535, description="Its port.")
    preau_forward_secret: SecretStr | None = Field(
        None,
        description="Set the same in the project's Edge Functions: then only their forwarders and"
        " providers' webhooks reach the functions. Two, separated by a comma, are both valid.",
    )

    functions_url: str | None = Field(
        None,
        description="Where readers of mails reach the functions, such as"
        " https://functions.example.org/functions/v1. Empty means SUPABASE_URL/functions/v1, where"
        " a hosted project shows pages as plain text.",
    )

    # --- Logs -----------------------------------------------------------------------------------
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important events to log: debug, info, warning or error."
    )
    log_format: Literal["json", "console"] = Field(
        "json", description="json, one object a line, or console, coloured for people."
    )

    # --- Workers --------------------------------------------------------------------------------
    worker_lease_seconds: int = Field(
        60,
        ge=1,
        le=3600,
        description="How long a claimed message belongs to one worker before another may have it."
        " Extended at a third of it while the handler runs.",
    )
    worker_concurrency: int = Field(
        20,
        ge=1,
        le=1000,
        description="How many messages of one queue a process handles at the same time; it claims"
        " no more than that.",
    )
    worker_total_concurrency: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="How many a process handles at the same time over all its queues; the queues'"
        " priorities decide who goes first. Unset: each queue for itself.",
    )
    worker_poll_min_seconds: float = Field(
        0.05, gt=0, le=60, description="The wait after the first empty answer of a queue."
    )
    worker_poll_max_seconds: float = Field(
        0.5, gt=0, le=300, description="The longest wait of an idle queue; waits double up to it."
    )
    worker_poll_woken_seconds: float = Field(
        5.0,
        gt=0,
        le=60,
        description="The same while Realtime is connected and wakes the queue's workers: polling is"
        " then only the safety net.",
    )
    worker_retry_base_seconds: float = Field(
        1.0, gt=0, le=3600, description="A failed message waits up to this, doubling each time."
    )
    worker_retry_cap_seconds: float = Field(
        600.0, gt=0, le=86400, description="The longest of these waits."
    )
    worker_drain_seconds: float = Field(
        20.0,
        ge=0,
        le=600,
        description="After SIGTERM, how long running handlers may finish; what is left goes to"
        " another worker when its lease ends.",
    )

    worker_wake_ups: bool = Field(
        True,
        description="1: an idle worker that Realtime reaches registers, and the next job is"
        " announced by one broadcast. Polling goes on either way.",
    )
    worker_metrics_host: str = Field(
        "127.0.0.1",
        description="The address of a worker's /metrics, /ready and /live; 0.0.0.0 in a container.",
    )
    worker_metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Their port. Unset: there are none."
    )

    # --- Local stack ----------------------------------------------------------------------------
    preau_home: str | None = Field(
        None, description="Where the local stack keeps its data and logs: .preau unless set."
    )
    preau_port_base: int = Field(
        54321, description="The first of the local stack's ports; the others count from it."
    )
    preau_local_stack: bool = Field(
        False, description="1 in processes that the local stack starts. Never set it elsewhere."
    )
    preau_crash_at: str | None = Field(
        None,
        description="For kill tests on the local stack: the process kills itself at this point,"
        " for example payments.before_effect.",
    )
    preau_crash_how: Literal["kill", "stop"] = Field(
        "kill",
        description="How it does: kill is SIGKILL; stop is SIGSTOP, the first time only, so that a"
        " test may do harm meanwhile and let it go on.",
    )

    def require_url(self) -> str:
        """Return SUPABASE_URL, or raise an error that says how to set it."""
        return _required(self.supabase_url, "SUPABASE_URL").rstrip("/")

    def public_functions_url(self) -> str:
        """Return where the world reaches the functions."""
        return (self.functions_url or f"{self.require_url()}/functions/v1").rstrip("/")

    def require_publishable_key(self) -> str:
        """Return the publishable key, or raise an error that says how to set it."""
        return _required(self.supabase_publishable_key, "SUPABASE_PUBLISHABLE_KEY")

    def require_secret_key(self) -> str:
        """Return the secret key, or raise an error that says how to set it."""
        return _required(self.supabase_secret_key, "SUPABASE_SECRET_KEY").get_secret_value()


def _required(value: _Value | None, name: str) -> _Value:
    if value is None:
        raise PreauError(
            "setting_missing",
            f"{name} is not set.",
            "Set it in the environment or in .env; `preau env` prints the local stack's values.",
        )
    return value


@cache
def get_settings() -> Settings:
    """Return the settings, read from the environment at the first call."""
    return Settings()


@cache
def environment() -> Mapping[str, str]:
    """Return every variable of `.env` and the environment, which wins; read at the first call."""
    from_file = {name: value for name, value in dotenv_values(ENV_FILE).items() if value}
    return MappingProxyType({**from_file, **os.environ})


def env_example() -> str:
    """Return the text of `.env.example`: each setting with its description and its default."""
    head = "# Every setting of Préau. The local stack needs none of them.\n"
    head += "# For another Supabase, copy this file to .env and fill in what you need.\n"
    parts = [head]
    for name, field in Settings.model_fields.items():
        comment = textwrap.fill(
            field.description or "", 98, initial_indent="# ", subsequent_indent="# "
        )
        default = int(field.default) if isinstance(field.default, bool) else field.default
        parts.append(f"{comment}\n{name.upper()}={'' if default is None else default}\n")
    parts.append(
        "# Each provider account has its own secrets. Its row names them by prefix: with\n"
        "# secret_name = 'STRIPE_MECAFORMATION' the first two are read before the pair above; the\n"
        "# third, if it is set, is what create-payment-intent tells browsers.\n"
        "# STRIPE_MECAFORMATION_SECRET_KEY=\n"
        "# STRIPE_MECAFORMATION_WEBHOOK_SECRET=\n"
        "# STRIPE_MECAFORMATION_PUBLISHABLE_KEY=\n"
    )
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(env_example())
