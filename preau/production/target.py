"""The deployment that is looked at: its addresses, its keys, and what its database tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx

from preau.client import is_loopback
from preau.errors import PreauError

TIMEOUT_SECONDS = 15.0


@dataclass
class Target:
    """A Supabase project and what runs beside it, as the environment names them.

    `migrations` are the versions this checkout has, `version` is its own.
    """

    env: Mapping[str, str]
    migrations: list[str]
    version: str
    management_url: str = "https://api.supabase.com"
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        try:
            proxies = not is_loopback(self.env.get("SUPABASE_URL", ""))
        except ValueError:  # no address at all, which the first request says
            proxies = True
        self.http = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=proxies)

    @property
    def url(self) -> str:
        """The project's URL; `PreauError` where it is not set."""
        return self._needed("SUPABASE_URL").rstrip("/")

    @property
    def secret_key(self) -> str:
        """The secret key, or the legacy one."""
        return self._needed("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY")

    @property
    def publishable_key(self) -> str:
        """The publishable key, or the legacy one."""
        return self._needed("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY")

    @property
    def functions_url(self) -> str | None:
        """Where the Python functions are reached from outside, if that was told."""
        told = self.given("PREAU_FUNCTIONS_URL", "FUNCTIONS_URL") or ""
        return told.rstrip("/").removesuffix("/functions/v1") or None

    def given(self, *names: str) -> str | None:
        """Return the first of these variables that is set."""
        return next((self.env[name].strip() for name in names if self.env.get(name)), None)

    def rest(
        self, method: str, path: str, key: str, *, schema: str = "public", body: Any = None
    ) -> httpx.Response:
        """Ask PostgREST, with a key as a client sends it."""
        headers = {"apikey": key, "Accept-Profile": schema, "Content-Profile": schema}
        return self.http.request(method, f"{self.url}/rest/v1/{path}", headers=headers, json=body)

    @cached_property
    def facts(self) -> dict[str, Any] | None:
        """What the database tells of itself; None where it cannot be asked, which a check names."""
        try:
            found = self._asked("production_facts")
        except (PreauError, httpx.HTTPError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    @cached_property
    def queues(self) -> list[dict[str, Any]] | None:
        """How long the queues are; None where that cannot be asked."""
        try:
            found = self._asked("queue_depths")
        except (PreauError, httpx.HTTPError, ValueError):
            return None
        return found if isinstance(found, list) else None

    def _asked(self, function: str) -> Any:
        answer = self.rest("POST", f"rpc/{function}", self.secret_key, schema="worker", body={})
        return answer.json() if answer.status_code == 200 else None

    def _needed(self, *names: str) -> str:
        found = self.given(*names)
        if found is None:
            raise PreauError(
                "setting_missing",
                f"{names[0]} is not set.",
                "Set it where this command runs, as functions and workers have it.",
            )
        return found
