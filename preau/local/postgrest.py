"""PostgREST: the REST API over Postgres, configured by supabase/config.toml."""

from __future__ import annotations

from preau.local import health, keys, process
from preau.local.config import Config
from preau.local.ports import HOST, Ports
from preau.local.programs import Programs
from preau.local.supervisor import Piece

POOL = 10


def settings(config: Config, ports: Ports) -> dict[str, str]:
    """Return PostgREST's settings as environment variables (its documentation, "Configuration")."""
    return {
        "PGRST_DB_URI": keys.database_url(ports["postgres"], role="authenticator"),
        "PGRST_DB_SCHEMAS": ",".join(config.api.schemas),
        "PGRST_DB_EXTRA_SEARCH_PATH": ",".join(config.api.extra_search_path),
        "PGRST_DB_MAX_ROWS": str(config.api.max_rows),
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_POOL": str(POOL),
        "PGRST_DB_CHANNEL_ENABLED": "true",
        "PGRST_DB_TX_END": "commit",
        "PGRST_JWT_SECRET": keys.JWT_SECRET,
        "PGRST_SERVER_HOST": HOST,
        "PGRST_SERVER_PORT": str(ports["postgrest"]),
        "PGRST_ADMIN_SERVER_PORT": str(ports["postgrest_admin"]),
        "PGRST_LOG_LEVEL": "warn",
    }


def piece(programs: Programs, config: Config, ports: Ports) -> Piece:
    """Return PostgREST as a piece; it is healthy when it has read the schema."""
    return Piece(
        name="postgrest",
        title="PostgREST",
        command=[programs.postgrest],
        env=process.base_env() | settings(config, ports),
        check=health.http(ports["postgrest_admin"], "/ready"),
        after=frozenset({"schema"}),
        url=ports.url("postgrest"),
    )
