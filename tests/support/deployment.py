"""A deployment in small: every real piece, with keys, addresses and settings such as hosted has.

The database is a clone; PostgREST, Auth, gateway and functions are processes of their own before
it, and payments go to stand-ins. Nothing of it uses the keys of the local stack, which everybody
knows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit, urlunsplit

import httpx

from preau.local import auth, config, environment, gateway, keys, migrations, postgres, postgrest
from preau.local import programs as located
from preau.local.paths import PROJECT, Home
from preau.local.ports import Ports, free_base
from preau.production.management import HOOK
from preau.production.target import Target
from preau.production.webhooks import handled_events
from tests.support.stack import ROOMY, Stack

PUBLISHABLE, SECRET = "sb_publishable_deployed", "sb_secret_deployed"
SITE = "https://ecole.example"
HOSTED = {"site_url": SITE, "additional_redirect_urls": [f"{SITE}/**"]}
VERSION = "0.1.0"


@dataclass
class Deployment:
    """A running deployment; `env` is what its functions and workers are given."""

    ports: Ports
    env: dict[str, str]
    db_url: str
    admin_url: str
    folder: Path
    management_url: str

    def target(self, env: Mapping[str, str | None] | None = None) -> Target:
        """Return what a check looks at, some variables changed, or unset by None."""
        changed = self.env | dict(env or {})
        given = {name: value for name, value in changed.items() if value is not None}
        return Target(given, migrations.versions(), VERSION, self.management_url)

    @contextmanager
    def auth(self, settings: Mapping[str, Any]) -> Iterator[None]:
        """Run Auth with these settings over those of config.toml, while the block lasts."""
        laid = ROOMY | {"enable_anonymous_sign_ins": False} | dict(settings)
        ready = config.read(outside={"PREAU_LOCAL_AUTH": json.dumps(laid)})
        node = located.require().node
        command, env, health = auth.auth_piece(self.ports, ready, Home(self.folder), node)
        for name in ("auth", "storage"):
            env[f"{name.upper()}_DB_URL"] = _as(self.db_url, f"supabase_{name}_admin")
        with process(command, env, self.folder, health):
            yield


@contextmanager
def deployed(stack: Stack, folder: Path) -> Iterator[Deployment]:
    """Start a deployment beside the test stack; its Auth is the test's to start."""
    with stack.clone() as db_url, ExitStack() as running:
        ports, home = Ports(free_base(stack.ports.base + 100)), Home(folder)
        name = urlsplit(db_url).path.removeprefix("/")
        admin = postgres.superuser_url(stack.home, stack.ports["postgres"], name)
        url = ports.url("gateway")
        payments = running.enter_context(standin(folder / "stripe", url))
        env = {
            "SUPABASE_URL": url,
            "SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE,
            "SUPABASE_SECRET_KEY": SECRET,
            "PREAU_FUNCTIONS_URL": ports.url("functions"),
            "FUNCTIONS_URL": f"{ports.url('functions')}/functions/v1",
            "PREAU_FORWARD_SECRET": "door",
            "SEND_EMAIL_HOOK_SECRET": "v1,whsec_c2VjcmV0c2VjcmV0c2VjcmV0",
            "SUPABASE_ACCESS_TOKEN": "sbp_deployed",
            "SUPABASE_PROJECT_REF": "deployed",
            "STRIPE_API_BASE": payments,
            **{k: v for k, v in stack.env().items() if k.startswith("SMTP_")},
            **{k: v for a in environment.standin_accounts() for k, v in a.variables().items()},
        }
        pieces = _pieces(ports, home, env, db_url)
        for command, extra, health in pieces:
            running.enter_context(process(command, extra, folder, health))
        hook = {"hook_send_email_enabled": True, "hook_send_email_uri": f"{url}{HOOK}"}
        api = running.enter_context(management(hook))
        yield Deployment(ports, env, db_url, admin, folder, api)


@contextmanager
def management(auth: Mapping[str, Any]) -> Iterator[str]:
    """The management API, as far as it tells a project's Auth configuration; gives its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/v1/projects/deployed/config/auth"
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(json.dumps(auth).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def standin(
    folder: Path, url: str, changes: Mapping[str, Mapping[str, Any]] | None = None
) -> Iterator[str]:
    """Run a stand-in for Stripe, whose accounts have good endpoints at `url`, or changed ones."""
    folder.mkdir()
    entries = []
    for account in environment.standin_accounts():
        entry = account.entry(Ports()) | {"enabled_events": sorted(handled_events())}
        entry["webhook_url"] = f"{url}/functions/v1/stripe-webhook/{account.slug}"
        entries.append(entry | dict((changes or {}).get(account.slug, {})))
    (folder / "accounts.json").write_text(json.dumps(entries))
    port = free_base(int(urlsplit(url).port or 0) + 100)
    command = [sys.executable, "-m", "preau.local.stripe", "--port", str(port)]
    command += ["--home", str(folder / "home"), "--accounts", str(folder / "accounts.json")]
    address = f"http://127.0.0.1:{port}"
    with process(command, {"PREAU_LOCAL_STACK": "1"}, folder, f"{address}/health"):
        yield address


@contextmanager
def process(
    command: list[Any], env: Mapping[str, str], folder: Path, health: str
) -> Iterator[None]:
    """Run a program until the block ends; its output goes to `folder`/log."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(environment.OWN)}
    with (folder / "log").open("ab") as log:
        words = [str(word) for word in command]
        one = subprocess.Popen(words, env=own | dict(env), cwd=PROJECT, stdout=log, stderr=log)
    try:
        for _ in range(600):
            try:
                if httpx.get(health, trust_env=False).is_success:
                    break
            except httpx.TransportError:
                assert one.poll() is None, (folder / "log").read_text()[-2000:]
            time.sleep(0.05)
        else:
            raise AssertionError(f"nothing answers at {health}")
        yield
    finally:
        one.kill()
        one.wait()


def _as(db_url: str, role: str) -> str:
    parts = urlsplit(db_url)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace("postgres:", f"{role}:", 1)))


def _pieces(
    ports: Ports, home: Home, env: Mapping[str, str], db_url: str
) -> list[tuple[list[Any], dict[str, str], str]]:
    found, programs = config.read(outside={}), located.require()
    rest = postgrest.settings(found, ports) | {"PGRST_DB_URI": _as(db_url, "authenticator")}
    tokens = {PUBLISHABLE: keys.ANON_JWT, SECRET: keys.SERVICE_ROLE_JWT}
    with mock.patch.multiple(keys, ROLE_TOKENS=tokens, SECRET_KEY=SECRET):
        front = gateway.gateway_piece(ports, found, home, programs.caddy)
    serve = [sys.executable, "-m", "preau.cli", "serve", "--port", str(ports["functions"])]
    health = f"{ports.url('functions')}/functions/v1/health"
    return [
        ([programs.postgrest], rest, f"{ports.url('postgrest_admin')}/ready"),
        front,
        (serve, dict(env) | {"PREAU_LOCAL_STACK": "1"}, health),
    ]
