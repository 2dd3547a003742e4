"""How the auth and storage process is started: its command, its environment, its health address.

Two programs share the environment: `init.mjs` creates the tables and exits, `server.mjs` serves.
Both connect as the roles that own those tables and can read nothing of the academies.
"""

from __future__ import annotations

import json
from pathlib import Path

from preau.local import keys
from preau.local.config import Config
from preau.local.paths import LOCAL, PROJECT, Home
from preau.local.ports import Ports

SCRIPTS = LOCAL / "auth"


def auth_piece(
    ports: Ports, config: Config, home: Home, node: Path
) -> tuple[list[str], dict[str, str], str]:
    """Return the server's command line, what its environment needs besides, and its health URL."""
    command = [str(node), str(SCRIPTS / "server.mjs")]
    return command, auth_env(ports, config, home), f"{ports.url('auth')}/auth/v1/health"


def auth_init(
    ports: Ports, config: Config, home: Home, node: Path
) -> tuple[list[str], dict[str, str]]:
    """Return the command that creates auth's and storage's tables, and its environment.

    To be run after the bootstrap SQL and before the migrations; running it again changes nothing.
    """
    return [str(node), str(SCRIPTS / "init.mjs")], auth_env(ports, config, home)


def auth_env(ports: Ports, config: Config, home: Home) -> dict[str, str]:
    """Return the environment of both programs; see `auth/settings.mjs`."""
    return {
        "AUTH_PORT": str(ports["auth"]),
        "AUTH_API_URL": ports.url("gateway"),
        "AUTH_SMTP_PORT": str(ports["smtp"]),
        "AUTH_JWT_SECRET": keys.JWT_SECRET,
        "AUTH_DB_URL": keys.database_url(ports["postgres"], "supabase_auth_admin"),
        "STORAGE_DB_URL": keys.database_url(ports["postgres"], "supabase_storage_admin"),
        "STORAGE_DIR": str(home.root / "storage"),
        "AUTH_CONFIG": json.dumps(_told(config), ensure_ascii=False),
        "DO_NOT_TRACK": "1",
        "EXPERIMENTAL_STORAGE": "1",
        "TZ": "UTC",
    }


def _told(config: Config) -> dict[str, object]:
    """Return auth's and storage's settings as JSON has them, template paths absolute."""
    told = config.model_dump(mode="json", include={"auth", "storage"})
    for template in told["auth"]["email"]["template"].values():
        if template["content_path"]:
            template["content_path"] = str(PROJECT / template["content_path"])
    return told
